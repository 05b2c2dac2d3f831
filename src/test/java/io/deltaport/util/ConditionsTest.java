package io.deltaport.util;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.util.ByteRanges.Kind;
import io.deltaport.util.Conditions.Verdict;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConditionsTest {
  private static final String TAG = "\"sha256:abc\"";

  private static Conditions of(String header, String... values) {
    return Conditions.of(name -> Map.of(header, List.of(values)).getOrDefault(name, List.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "\"sha256:abc\"|NOT_MODIFIED",
        "W/\"sha256:abc\"|NOT_MODIFIED",
        "\"x\" , \"sha256:abc\"|NOT_MODIFIED",
        "*|NOT_MODIFIED",
        "\"sha256:ab\"|SEND",
        "sha256:abc|SEND",
        "\"*\"|SEND",
        "''|SEND"
      })
  void ifNoneMatchAsksForOtherContent(String value, Verdict verdict) {
    assertThat(of("If-None-Match", value).judge(TAG)).isEqualTo(verdict);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "\"sha256:abc\"|SEND",
        "\"x\", \"sha256:abc\"|SEND",
        "*|SEND",
        "W/\"sha256:abc\"|FAILED",
        "\"x\"|FAILED"
      })
  void ifMatchAsksForThisContent(String value, Verdict verdict) {
    assertThat(of("If-Match", value).judge(TAG)).isEqualTo(verdict);
  }

  @Test
  void aHeaderMayComeTwice() {
    assertThat(of("If-None-Match", "\"x\"", TAG).judge(TAG)).isEqualTo(Verdict.NOT_MODIFIED);
  }

  @Test
  void withoutConditionsContentIsSent() {
    assertThat(of("Accept", "*/*").judge(TAG)).isEqualTo(Verdict.SEND);
    assertThat(of("Accept", "*/*").ranges(TAG, 10)).isEqualTo(ByteRanges.whole(10));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "\"sha256:abc\"|PARTIAL",
        "W/\"sha256:abc\"|WHOLE",
        "\"x\"|WHOLE",
        "Sat, 01 Jan 2022 00:00:00 GMT|WHOLE"
      })
  void ifRangeAsksForAPartOfThisContentOnly(String value, Kind kind) {
    Map<String, List<String>> headers =
        Map.of("If-Range", List.of(value), "Range", List.of("bytes=0-1"));
    Conditions conditions = Conditions.of(name -> headers.getOrDefault(name, List.of()));
    assertThat(conditions.ranges(TAG, 10).kind()).isEqualTo(kind);
  }

  @Test
  void twoRangeHeadersAreIgnored() {
    assertThat(of("Range", "bytes=0-1", "bytes=2-3").ranges(TAG, 10).kind()).isEqualTo(Kind.WHOLE);
  }
}
