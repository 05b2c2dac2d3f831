package io.deltaport.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a Content-Range header says, it is a range of some bytes or refused. */
class ContentRangeFuzzTest {
  @ValueSource(
      strings = {
        "0-0",
        "0-9223372036854775807",
        "5-2",
        "bytes 0-1/2",
        "-1",
        "18446744073709551616-"
      })
  @FuzzTest
  void aRangeIsReadOrRefused(String header) {
    if (header == null) {
      return;
    }
    try {
      ContentRange range = ContentRange.parse(header);
      assertThat(range.first()).isNotNegative();
      assertThat(range.last()).isGreaterThanOrEqualTo(range.first());
      assertThat(range.length()).isPositive();
    } catch (RegistryException e) {
      assertThat(e.status()).isEqualTo(400);
    }
  }
}
