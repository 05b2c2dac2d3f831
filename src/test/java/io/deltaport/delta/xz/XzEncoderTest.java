package io.deltaport.delta.xz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZ;
import org.tukaani.xz.XZInputStream;
import org.tukaani.xz.XZOutputStream;

/** What the compressor writes is read by the decoder of xz for Java. */
final class XzEncoderTest {
  private static final XzEffort EFFORT = new XzEffort(8, XzEffort.NICE_LENGTH_MAX);

  private static byte[] compressed(byte[] content, XzEffort effort, int pieceBytes)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (XzEncoder xz = new XzEncoder(out, effort)) {
      for (int at = 0; at < content.length; at += pieceBytes) {
        xz.write(content, at, Math.min(pieceBytes, content.length - at));
      }
    }
    return out.toByteArray();
  }

  private static byte[] decoded(byte[] stream) throws IOException {
    try (XZInputStream in = new XZInputStream(new ByteArrayInputStream(stream))) {
      return in.readAllBytes();
    }
  }

  private static void assertComesBack(byte[] content) throws IOException {
    byte[] stream = compressed(content, EFFORT, 64 << 10);
    assertThat(Arrays.equals(decoded(stream), content)).isTrue();
    assertThat(stream.length).isLessThan(content.length + content.length / 1000 + 100);
  }

  @Test
  void shortContentComesBack() throws IOException {
    for (int length = 0; length < 40; length++) {
      byte[] zeros = new byte[length];
      assertComesBack(zeros);
      byte[] values = new byte[length];
      new Random(length).nextBytes(values);
      assertComesBack(values);
    }
  }

  @Test
  void oneByteAtATimeIsTheSameStream() throws IOException {
    byte[] content = patch(new Random(3), 100_000, 9);
    assertThat(compressed(content, EFFORT, 1)).isEqualTo(compressed(content, EFFORT, 1 << 20));
  }

  /** A chunk that cannot be compressed, and what is found again after it. */
  @Test
  void randomBytesAreStored() throws IOException {
    byte[] content = new byte[3 << 20];
    new Random(1).nextBytes(content);
    System.arraycopy(content, 0, content, 2 << 20, 1 << 20);
    byte[] stream = compressed(content, EFFORT, 64 << 10);
    assertThat(Arrays.equals(decoded(stream), content)).isTrue();
    assertThat(stream.length).isBetween(2 << 20, (2 << 20) + (100 << 10));
  }

  /** Longer than the window, which moves several times. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 40})
  void longContentComesBack(int density) throws IOException {
    assertComesBack(patch(new Random(density), 60 << 20, density));
  }

  @Test
  void aDistanceOfTheWholeDictionaryIsTaken() throws IOException {
    byte[] value = new byte[1 << 20];
    new Random(5).nextBytes(value);
    byte[] content = new byte[33 << 20];
    for (int at : new int[] {0, 15 << 20, 31 << 20}) {
      System.arraycopy(value, 0, content, at, value.length);
    }
    byte[] stream = compressed(content, EFFORT, 1 << 20);
    assertThat(Arrays.equals(decoded(stream), content)).isTrue();
    assertThat(stream.length).isLessThan((1 << 20) + (60 << 10));
  }

  /** The compressor has to be worth its code: without choosing, the same matches cost more. */
  @Test
  void patchesAreSmallerThanByTheFirstMatch() throws IOException {
    byte[] content = relocated(new Random(11), 4 << 20);
    ByteArrayOutputStream first = new ByteArrayOutputStream();
    LZMA2Options options = new LZMA2Options(LZMA2Options.PRESET_DEFAULT);
    options.setMatchFinder(LZMA2Options.MF_HC4);
    options.setMode(LZMA2Options.MODE_FAST);
    options.setNiceLen(LZMA2Options.NICE_LEN_MAX);
    try (XZOutputStream xz = new XZOutputStream(first, options, XZ.CHECK_CRC32)) {
      xz.write(content);
    }
    assertThat(compressed(content, EFFORT, 1 << 20).length)
        .isLessThan(first.size() - first.size() / 50);
  }

  /** As the difference of two programs: addresses that moved by a few distances. */
  private static byte[] relocated(Random random, int length) {
    byte[] content = new byte[length];
    int[] moves = new int[40];
    for (int i = 0; i < moves.length; i++) {
      moves[i] = random.nextInt(1 << 16);
    }
    int at = 0;
    while (at + Integer.BYTES < length) {
      int move = moves[(int) Math.abs(random.nextGaussian() * 8) % moves.length];
      content[at] = (byte) move;
      content[at + 1] = (byte) (move >> 8);
      at += 4 * random.nextInt(1, 12);
    }
    return content;
  }

  @Property(tries = 300)
  void anythingComesBack(
      @ForAll @IntRange(max = 40_000) int length,
      @ForAll @IntRange(max = 200) int density,
      @ForAll @IntRange(max = 6) int depth,
      @ForAll @IntRange(min = 8, max = 273) int niceLength,
      @ForAll long seed)
      throws IOException {
    byte[] content = patch(new Random(seed), length, density);
    byte[] stream = compressed(content, new XzEffort(depth, niceLength), 1000);
    assertThat(Arrays.equals(decoded(stream), content)).isTrue();
  }

  /**
   * Zeros with groups of values, many of which come again.
   *
   * @param density groups in each thousand bytes
   */
  private static byte[] patch(Random random, int length, int density) {
    byte[] content = new byte[length];
    byte[][] groups = new byte[50][];
    for (int i = 0; i < groups.length; i++) {
      groups[i] = new byte[random.nextInt(1, 30)];
      random.nextBytes(groups[i]);
    }
    for (long i = 0; i < (long) length * density / 1000; i++) {
      byte[] group = groups[random.nextInt(groups.length)];
      int at = random.nextInt(length) & ~7;
      System.arraycopy(group, 0, content, at, Math.min(group.length, length - at));
    }
    return content;
  }
}
