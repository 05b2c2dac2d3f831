package io.deltaport.registry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ByteRangeTest {
  private static final long SIZE = 100;

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0,0,1",
    "bytes=0-99,0,100",
    "bytes=10-19,10,10",
    "bytes=90-,90,10",
    "bytes=90-200,90,10",
    "bytes=-7,93,7",
    "bytes=-700,0,100"
  })
  void givesThePart(String header, long offset, long length) {
    assertThat(ByteRange.parse(header, SIZE)).isEqualTo(new ByteRange(offset, length, SIZE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=100-", "bytes=100-200", "bytes=-0", "bytes=5-2"})
  void saysWhenNothingOfThePartExists(String header) {
    assertThat(ByteRange.parse(header, SIZE).unsatisfiable()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes=-",
        "bytes=a-b",
        "lines=1-2",
        "bytes=0-1,5-6",
        "bytes=99999999999999999999-",
        ""
      })
  void ignoresWhatItDoesNotUnderstand(String header) {
    assertThat(ByteRange.parse(header, SIZE).whole()).isTrue();
  }

  @Test
  void describesItself() {
    assertThat(ByteRange.parse("bytes=10-19", SIZE).contentRange()).isEqualTo("bytes 10-19/100");
  }

  @Test
  void nothingOfAnEmptyBlobExists() {
    assertThat(ByteRange.parse("bytes=0-0", 0).unsatisfiable()).isTrue();
  }
}
