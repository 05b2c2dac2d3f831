package io.deltaport.util;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.util.ByteRanges.Kind;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ByteRangesTest {
  private static final long SIZE = 100;

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0,0,1",
    "bytes=0-99,0,100",
    "bytes=10-19,10,10",
    "Bytes=10-19,10,10",
    "bytes= 10-19 ,10,10",
    "bytes=90-,90,10",
    "bytes=90-200,90,10",
    "bytes=90-99999999999999999999999,90,10",
    "bytes=000000000000000000000090-,90,10",
    "bytes=-7,93,7",
    "bytes=-700,0,100"
  })
  void givesThePart(String header, long offset, long length) {
    ByteRanges ranges = ByteRanges.parse(header, SIZE);
    assertThat(ranges.kind()).isEqualTo(Kind.PARTIAL);
    assertThat(ranges.parts()).containsExactly(new ByteRange(offset, length));
  }

  @Test
  void givesPartsInTheirOrder() {
    assertThat(ByteRanges.parse("bytes=50-59, 0-9,-5 , 200-300", SIZE).parts())
        .containsExactly(new ByteRange(50, 10), new ByteRange(0, 10), new ByteRange(95, 5));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes=100-",
        "bytes=100-200",
        "bytes=-0",
        "bytes=5-2",
        "bytes=0-1,5-2",
        "bytes=100-,-0",
        "bytes=99999999999999999999-"
      })
  void saysWhenNothingOfThePartExists(String header) {
    assertThat(ByteRanges.parse(header, SIZE).kind()).isEqualTo(Kind.UNSATISFIABLE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=1",
        "bytes=0-1,",
        "bytes=0-1;5-6",
        "bytes=+1-2",
        "bytes=１-2",
        "lines=1-2"
      })
  void ignoresWhatItDoesNotUnderstand(String header) {
    assertThat(ByteRanges.parse(header, SIZE)).isEqualTo(ByteRanges.whole(SIZE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes=0-9,0-9,0-9,0-9",
        "bytes=0-,0-",
        "bytes=0-60,61-99,0-0",
        "bytes=0-3,1-4,2-5,3-6"
      })
  void sendsAllRatherThanMoreThanThat(String header) {
    assertThat(ByteRanges.parse(header, SIZE).kind()).isEqualTo(Kind.WHOLE);
  }

  @Test
  void boundsTheNumberOfRanges() {
    assertThat(ByteRanges.parse(ranges(ByteRanges.RANGES_MAX), 1 << 20).parts())
        .hasSize(ByteRanges.RANGES_MAX);
    assertThat(ByteRanges.parse(ranges(ByteRanges.RANGES_MAX + 1), 1 << 20).kind())
        .isEqualTo(Kind.WHOLE);
  }

  private static String ranges(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> i * 10 + "-" + (i * 10 + 4))
        .collect(Collectors.joining(",", "bytes=", ""));
  }

  @Test
  void nothingOfAnEmptyBlobExists() {
    for (String header : List.of("bytes=0-0", "bytes=0-", "bytes=-1")) {
      assertThat(ByteRanges.parse(header, 0).kind()).isEqualTo(Kind.UNSATISFIABLE);
    }
  }

  @Test
  void describesAPart() {
    assertThat(new ByteRange(10, 10).contentRange(SIZE)).isEqualTo("bytes 10-19/100");
  }
}
