package io.deltaport.deflate.gzip;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.deflate.gzip.RandomStreams.Sample;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Whatever a gzip file is made of, it comes back exactly or has no description: never wrong. */
final class AnyStreamTest {
  @Property(tries = 150)
  void anyTokensInAnyBlocksComeBack(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int blocks) throws IOException {
    Sample sample = RandomStreams.make(seed, blocks);
    assertThat(Arrays.equals(expand(sample.file()), sample.expanded())).isTrue();

    Described.always(sample.file(), sample.expanded()).orElseThrow().checked();
  }

  @Property(tries = 150)
  void aChangedFileComesBackAsItIs(@ForAll long seed, @ForAll @IntRange(max = 5) int changes)
      throws IOException {
    Random random = new Random(seed);
    byte[] file = RandomStreams.make(seed, 3).file();
    for (int i = 0; i < changes; i++) {
      file[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
    }
    Optional<byte[]> expanded = expandIfPossible(file);

    // Without what the file stands for there is nothing to compare: it only must not fail.
    Optional<Described> described = Described.always(file, expanded.orElse(new byte[0]));

    if (described.isPresent() && expanded.isPresent()) {
      assertThat(Arrays.equals(described.get().from(0), file)).isTrue();
    }
  }

  @Property(tries = 150)
  void aChangedDescriptionGivesAnErrorOrABoundedFile(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    Sample sample = RandomStreams.make(seed, 3);
    Described described = Described.always(sample.file(), sample.expanded()).orElseThrow();
    byte[] changed = described.payload().clone();
    changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));

    try (InputStream in = described.rebuilder(changed).open(0)) {
      assertThat(in.readAllBytes().length).isLessThan(4 * sample.file().length + 4096);
    } catch (IOException e) {
      assertThat(e).isNotNull();
    }
  }

  private static byte[] expand(byte[] file) throws IOException {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(file))) {
      return in.readAllBytes();
    }
  }

  private static Optional<byte[]> expandIfPossible(byte[] file) {
    try {
      return Optional.of(expand(Arrays.copyOf(file, file.length)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
