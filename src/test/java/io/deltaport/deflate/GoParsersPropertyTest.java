package io.deltaport.deflate;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.deflate.klauspost.Version;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Whatever the data and wherever a segment is cut: matches are valid, and always the same. */
final class GoParsersPropertyTest {
  private static final int LARGEST_BYTES = 150_000;

  /** A parser and the model of its blocks. */
  record Compressor(String name, Parser parser, BlockModel blocks) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** Used for all tries, so that what an earlier one left in their tables would show. */
  private static final List<Compressor> COMPRESSORS = compressors();

  private static List<Compressor> compressors() {
    List<Compressor> all = new ArrayList<>();
    for (int level = 1; level <= 9; level++) {
      all.add(
          new Compressor(
              "standard " + level,
              level == 1
                  ? new io.deltaport.deflate.golang.FastParser()
                  : new io.deltaport.deflate.golang.ChainParser(level),
              new io.deltaport.deflate.golang.StandardBlocks(level)));
      for (Version version : List.of(Version.V1_15, Version.V1_18_0, Version.V1_20_4)) {
        all.add(klauspost(level, version, false));
        all.add(klauspost(level, version, true));
      }
    }
    return all;
  }

  private static Compressor klauspost(int level, Version version, boolean pgzip) {
    return new Compressor(
        "klauspost %d %s %b".formatted(level, version, pgzip),
        parser(level, version, pgzip),
        new io.deltaport.deflate.klauspost.ReusedCodes(level, version, pgzip));
  }

  private static Parser parser(int level, Version version, boolean pgzip) {
    if (level > 6) {
      return pgzip
          ? io.deltaport.deflate.klauspost.ChainParser.ofPgzip(level, version)
          : io.deltaport.deflate.klauspost.ChainParser.ofStream(level, version);
    }
    return pgzip
        ? io.deltaport.deflate.klauspost.FastParser.ofPgzip(level, version)
        : io.deltaport.deflate.klauspost.FastParser.ofStream(level, version);
  }

  @Provide
  Arbitrary<Compressor> compressor() {
    return Arbitraries.of(COMPRESSORS);
  }

  @Provide
  Arbitrary<Integer> sizes() {
    return Arbitraries.oneOf(
        Arbitraries.integers().between(0, 300),
        Arbitraries.integers().between(65_000, 66_000),
        Arbitraries.integers().between(0, LARGEST_BYTES));
  }

  @Property(tries = 1500)
  void matchesAreValidAndAlwaysTheSame(
      @ForAll @From("compressor") Compressor compressor,
      @ForAll @From("sizes") int size,
      @ForAll long seed,
      @ForAll @IntRange(max = 1000) int start,
      @ForAll @IntRange(max = 1000) int end) {
    Random random = new Random(seed);
    byte[] data =
        random.nextBoolean()
            ? CompressorInputs.mixed(seed, size)
            : CompressorInputs.text(seed, size);
    int from = (int) ((long) size * Math.min(start, end) / 1000);
    int to = (int) ((long) size * Math.max(start, end) / 1000);
    int limit = random.nextBoolean() ? to : Math.min(size, to + random.nextInt(1000));

    Matches matches = new Matches();
    compressor.parser().parse(data, from, to, limit, matches);

    check(data, from, to, matches);
    Matches again = new Matches();
    byte[] copy = data.clone();
    Arrays.fill(copy, limit, copy.length, (byte) random.nextInt());
    compressor.parser().parse(copy, from, to, limit, again);
    assertThat(again.count()).isEqualTo(matches.count());
    for (int i = 0; i < matches.count(); i++) {
      assertThat(again.same(i, matches, i)).isTrue();
    }
    checkBlocks(compressor.blocks(), data, from, to, matches);
  }

  private static void check(byte[] data, int start, int end, Matches matches) {
    int free = start;
    for (int i = 0; i < matches.count(); i++) {
      int at = matches.position(i);
      int length = matches.length(i);
      int distance = matches.distance(i);
      assertThat(at).isBetween(free, end - length);
      assertThat(length).isBetween(3, 258);
      assertThat(distance).isBetween(1, Math.min(at, 32_768));
      assertThat(Arrays.equals(data, at, at + length, data, at - distance, at - distance + length))
          .isTrue();
      free = at + length;
    }
  }

  /** Blocks follow each other without gaps, and matches cross none of their ends. */
  private static void checkBlocks(
      BlockModel model, byte[] data, int start, int end, Matches matches) {
    List<PredictedBlock> blocks = new ArrayList<>();
    model.predict(data, start, end, true, matches, blocks);
    int at = start;
    int match = 0;
    for (PredictedBlock block : blocks) {
      assertThat(block.start()).isEqualTo(at);
      assertThat(block.end()).isGreaterThan(at);
      at = block.end();
      while (match < matches.count() && matches.position(match) < at) {
        assertThat(matches.position(match) + matches.length(match)).isLessThanOrEqualTo(at);
        match++;
      }
    }
    assertThat(at).isEqualTo(end);
  }
}
