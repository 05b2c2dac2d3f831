package io.deltaport.tar;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever comes as a tar is read to its last byte or refused. */
class TarReaderFuzzTest {
  private static final TarLimits LIMITS = new TarLimits(100, 4096, 1 << 16, 1 << 12, 100, 1 << 20);

  static Stream<byte[]> archives() {
    return TarMutationTest.seeds();
  }

  @MethodSource("archives")
  @FuzzTest
  void aTarIsReadOrRefused(byte[] input) throws IOException {
    byte[] archive = input.clone();
    // Hardly any change leaves the checksums right, and behind them is what is worth testing.
    TarMutationTest.repairChecksums(archive);
    try {
      Reading reading = Reading.of(new ByteArrayInputStream(archive), LIMITS);
      assertThat(reading.whole()).isEqualTo(archive);
    } catch (TarException e) {
      assertThat(e).hasMessageMatching("(?s).+ at byte \\d+");
    }
  }
}
