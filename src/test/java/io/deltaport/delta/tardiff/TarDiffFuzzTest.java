package io.deltaport.delta.tardiff;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.github.luben.zstd.Zstd;
import io.deltaport.delta.RandomAccessContent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever operations a tar-diff has, it is applied within its bounds or refused. */
class TarDiffFuzzTest {
  private static final long OUTPUT_MAX_BYTES = 1 << 16;
  private static final byte[] SOURCE = "a source of some bytes".getBytes(ISO_8859_1);

  /** A version, then operations: 0 data, 1 open, 2 copy, 3 add, 4 seek. */
  static Stream<byte[]> operations() {
    return Stream.of(
            "\1\0\3abc",
            "\1\1\4file\2\5\4\2\2\1",
            "\2\1\4file\3\3\1\1\1",
            "\1\1\4file\2\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\177",
            "\2\5\1x")
        .map(text -> text.getBytes(ISO_8859_1));
  }

  @MethodSource("operations")
  @FuzzTest
  void aTarDiffIsAppliedOrRefused(byte[] input) throws IOException {
    int version = input.length > 0 ? 1 + (input[0] & 1) : 1;
    ByteArrayOutputStream delta = new ByteArrayOutputStream();
    delta.writeBytes(TarDiffFormat.magic(version));
    byte[] operations =
        java.util.Arrays.copyOfRange(input, Math.min(1, input.length), input.length);
    delta.writeBytes(Zstd.compress(operations, 1));
    ByteArrayOutputStream target = new ByteArrayOutputStream();
    try {
      long written =
          TarDiffApplier.apply(
              new ByteArrayInputStream(delta.toByteArray()),
              path -> RandomAccessContent.of(SOURCE),
              target,
              OUTPUT_MAX_BYTES);
      assertThat(written).isEqualTo(target.size()).isLessThanOrEqualTo(OUTPUT_MAX_BYTES);
    } catch (TarDiffException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }
}
