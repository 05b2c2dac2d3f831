package io.deltaport.deflate.gzip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the real zlib makes comes back bit by bit out of a short description. */
final class ZlibStreamsTest {
  private static final int LENGTH = 5_000_000;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9})
  void everyLevelIsKnown(int level) throws IOException {
    byte[] data = Samples.mixed(LENGTH, level);
    byte[] file = Samples.zlib(data, level, Deflater.DEFAULT_STRATEGY, 0);

    Described described = Described.of(file).orElseThrow().checked();

    assertThat(Arrays.equals(described.expanded(), data)).isTrue();
    assertThat(described.about().compressors()).containsExactly("zlib " + level);
    assertThat(described.share()).isLessThan(0.004);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100, 65_536, 131_072})
  void flushesAreKept(int flushEvery) throws IOException {
    byte[] data = Samples.mixed(600_000, flushEvery);
    byte[] file = Samples.zlib(data, 6, Deflater.DEFAULT_STRATEGY, flushEvery);

    Described.of(file).orElseThrow().checked();
  }

  @Test
  void literalsAlone() throws IOException {
    byte[] data = Samples.mixed(LENGTH, 1);
    byte[] file = Samples.zlib(data, 6, Deflater.HUFFMAN_ONLY, 0);

    Described described = Described.of(file).orElseThrow().checked();

    assertThat(described.about().compressors()).containsExactly("no matches");
    assertThat(described.share()).isLessThan(0.001);
  }

  @Test
  void storedBlocks() throws IOException {
    byte[] file = Samples.zlib(Samples.mixed(LENGTH, 2), 0, Deflater.DEFAULT_STRATEGY, 0);

    assertThat(Described.of(file).orElseThrow().checked().share()).isLessThan(0.001);
  }

  @Test
  void membersOfDifferentCompressors() throws IOException {
    byte[] first = Samples.mixed(2_000_000, 3);
    byte[] second = Samples.mixed(3_000_000, 4);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(Samples.zlib(first, 9, Deflater.DEFAULT_STRATEGY, 0));
    file.writeBytes(Samples.zlib(new byte[0], 6, Deflater.DEFAULT_STRATEGY, 0));
    file.writeBytes(Samples.zlib(second, 1, Deflater.DEFAULT_STRATEGY, 0));

    Described described = Described.of(file.toByteArray()).orElseThrow().checked();

    assertThat(described.about().compressors()).contains("zlib 1", "zlib 9");
    assertThat(described.about().expandedLength()).isEqualTo(first.length + second.length);
  }

  @Test
  void aLongRunIsCutInsideItsBlock() throws IOException {
    // 20 MB of zeros are 78,000 matches in a few blocks, each of several megabytes.
    byte[] data = new byte[20_000_000];
    byte[] file = Samples.zlib(data, 6, Deflater.DEFAULT_STRATEGY, 0);

    Described described = Described.always(file, data).orElseThrow().checked();

    assertThat(described.about().expandedLength()).isEqualTo(data.length);
  }

  @Test
  void noiseInStoredBlocksWithinCompressedOnes() throws IOException {
    byte[] data = Samples.mixed(3_000_000, 5);
    new Random(1).nextBytes(data);
    System.arraycopy(Samples.mixed(500_000, 6), 0, data, 1_000_000, 500_000);

    Described.of(Samples.zlib(data, 6, Deflater.DEFAULT_STRATEGY, 0)).orElseThrow().checked();
  }

  @Test
  void whatIsNoGzipFileHasNoDescription() throws IOException {
    byte[] file = Samples.zlib(Samples.mixed(100_000, 7), 6, Deflater.DEFAULT_STRATEGY, 0);

    byte[] cut = Arrays.copyOf(file, file.length / 2);
    byte[] trailed = Arrays.copyOf(file, file.length + 5);
    for (byte[] none : new byte[][] {cut, trailed, new byte[] {1, 2, 3}, {}}) {
      assertThat(Described.always(none, none)).isEqualTo(Optional.empty());
    }
  }
}
