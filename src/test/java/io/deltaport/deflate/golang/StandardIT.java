package io.deltaport.deflate.golang;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.deflate.CompressorInputs;
import io.deltaport.deflate.DeflateWriter;
import io.deltaport.deflate.Prediction;
import io.deltaport.deflate.PrimedParser;
import io.deltaport.deflate.TokenList;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the models expect, against what Go's compress/flate writes. */
final class StandardIT {
  private static final String PROGRAM = "1.18.6";

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9})
  void streamsAreExpected(int level) throws Exception {
    DeflateWriter writer = DeflateWriter.of(PROGRAM);
    Map<String, byte[]> inputs = CompressorInputs.sizes();
    inputs.putAll(CompressorInputs.kinds());
    inputs.put("tar", CompressorInputs.tar(60 << 20, 2 << 20));
    StandardBlocks model = new StandardBlocks(level);
    PrimedParser parser = parser(level);
    for (Map.Entry<String, byte[]> input : inputs.entrySet()) {
      TokenList stream = writer.write(DeflateWriter.STANDARD, level, 32_768, input.getValue());
      Prediction prediction = Prediction.whole(stream, parser, model);
      assertThat(prediction.wrongMatches())
          .as(input.getKey() + ": " + prediction.firstWrong())
          .isZero();
      assertThat(prediction.expectedBlocks()).as(input.getKey()).isEqualTo(prediction.blocks());
    }
  }

  /** From level 4 on, segments in the middle of a stream are as exact as a whole one. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 6, 9})
  void segmentsAreExpected(int level) throws Exception {
    byte[] tar = CompressorInputs.tar(60 << 20, 6 << 20);
    TokenList stream = DeflateWriter.of(PROGRAM).write(DeflateWriter.STANDARD, level, 32_768, tar);

    Prediction prediction =
        Prediction.segments(stream, parser(level), new StandardBlocks(level), 1 << 20, 600);

    assertThat(prediction.wrongMatches())
        .as(prediction.firstWrong())
        .isLessThanOrEqualTo(level < 4 ? prediction.matches() / 5_000 : 0);
    if (level >= 4) {
      assertThat(prediction.expectedBlocks()).isEqualTo(prediction.blocks());
    }
  }

  private static PrimedParser parser(int level) {
    return level == 1 ? new FastParser() : new ChainParser(level);
  }
}
