package io.deltaport.deflate.klauspost;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.deflate.CompressorInputs;
import io.deltaport.deflate.DeflateWriter;
import io.deltaport.deflate.PredictedBlock;
import io.deltaport.deflate.Prediction;
import io.deltaport.deflate.PrimedParser;
import io.deltaport.deflate.TokenList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the models expect, against what the library writes, for each of its kinds of versions. */
final class KlauspostIT {
  private static final Map<String, Version> VERSIONS = new LinkedHashMap<>();

  static {
    VERSIONS.put("1.15.12", Version.V1_15);
    VERSIONS.put("1.17.11", Version.V1_16);
    VERSIONS.put("1.18.0", Version.V1_18_0);
    VERSIONS.put("1.18.6", Version.V1_18_2);
    VERSIONS.put("1.20.4", Version.V1_20_4);
  }

  static Stream<Arguments> compressors() {
    return VERSIONS.keySet().stream()
        .flatMap(
            version ->
                Stream.of(1, 2, 3, 4, 5, 6, 7, 8, 9).map(level -> Arguments.of(version, level)));
  }

  static Stream<Arguments> fastCompressors() {
    return compressors().filter(arguments -> (int) arguments.get()[1] <= 6);
  }

  @ParameterizedTest
  @MethodSource("compressors")
  void streamsAreExpected(String version, int level) throws Exception {
    DeflateWriter writer = DeflateWriter.of(version);
    Map<String, byte[]> inputs = CompressorInputs.sizes();
    inputs.putAll(CompressorInputs.kinds());
    inputs.put("tar", CompressorInputs.tar(60 << 20, 2 << 20));
    ReusedCodes model = new ReusedCodes(level, VERSIONS.get(version), false);
    PrimedParser parser = parser(level, version, false);
    for (Map.Entry<String, byte[]> input : inputs.entrySet()) {
      TokenList stream = writer.write(DeflateWriter.KLAUSPOST, level, 30_000, input.getValue());
      check(input.getKey(), level, Prediction.whole(stream, parser, model));
    }
  }

  @ParameterizedTest
  @MethodSource("compressors")
  void parallelStreamsAreExpected(String version, int level) throws Exception {
    DeflateWriter writer = DeflateWriter.of(version);
    Map<String, byte[]> inputs = CompressorInputs.sizes();
    inputs.putAll(CompressorInputs.kinds());
    inputs.put("tar", CompressorInputs.tar(100 << 20, (2 << 20) + 77));
    ReusedCodes model = new ReusedCodes(level, VERSIONS.get(version), true);
    PrimedParser parser = parser(level, version, true);
    for (Map.Entry<String, byte[]> input : inputs.entrySet()) {
      for (int block : List.of(DeflateWriter.BLOCK_BYTES, 100_000)) {
        TokenList stream = writer.write(DeflateWriter.PGZIP, level, block, input.getValue());
        check(input.getKey(), level, Prediction.pgzip(stream, parser, model, block));
      }
    }
  }

  /**
   * Segments in the middle of a stream may begin with some wrong matches; level 1 never recovers.
   */
  @ParameterizedTest
  @MethodSource("fastCompressors")
  void segmentsAreAlmostExpected(String version, int level) throws Exception {
    byte[] tar = CompressorInputs.tar(60 << 20, 10 << 20);
    TokenList stream =
        DeflateWriter.of(version).write(DeflateWriter.KLAUSPOST, level, 1 << 16, tar);
    PrimedParser parser = parser(level, version, false);
    ReusedCodes model = new ReusedCodes(level, VERSIONS.get(version), false);

    Prediction prediction = Prediction.segments(stream, parser, model, 1 << 20, 600);

    assertThat(prediction.wrongMatches())
        .as(prediction.firstWrong())
        .isLessThan(level == 1 ? prediction.matches() / 5 : prediction.matches() / 5_000);
  }

  private static PrimedParser parser(int level, String name, boolean pgzip) {
    Version version = VERSIONS.get(name);
    if (level <= 6) {
      return pgzip ? FastParser.ofPgzip(level, version) : FastParser.ofStream(level, version);
    }
    return pgzip ? ChainParser.ofPgzip(level, version) : ChainParser.ofStream(level, version);
  }

  private static void check(String input, int level, Prediction prediction) {
    assertThat(prediction.wrongMatches()).as(input + ": " + prediction.firstWrong()).isZero();
    List<PredictedBlock> missed = new ArrayList<>(prediction.expectedBlocks());
    missed.removeAll(prediction.blocks());
    // A piece without matches: only the compressor knows whether it found some, or none at all.
    missed.removeIf(
        block ->
            block.literals() == 257 && stored(prediction.blocks(), block.start(), block.end()));
    // What is near a window's end in a long run of literals: see ReusedCodes.
    assertThat(missed).as(input).hasSizeLessThanOrEqualTo(level > 6 ? 1 : 0);
    if (missed.isEmpty()) {
      assertThat(prediction.expectedBlocks()).as(input).hasSameSizeAs(prediction.blocks());
    }
  }

  private static boolean stored(List<PredictedBlock> blocks, int start, int end) {
    return blocks.contains(PredictedBlock.stored(start, end));
  }
}
