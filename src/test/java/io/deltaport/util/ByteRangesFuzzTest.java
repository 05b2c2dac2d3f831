package io.deltaport.util;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever a Range header says, what is sent lies within the blob. */
class ByteRangesFuzzTest {
  @CsvSource({
    "bytes=0-0,10",
    "bytes=-5,10",
    "bytes=3-,10",
    "bytes=9-3,10",
    "bytes=-0,0",
    "bytes=999999999999999999-,1",
    "'bytes=1-2,4-5',10"
  })
  @FuzzTest
  void aRangeLiesWithinTheBlob(String header, long size) {
    if (header == null || size < 0) {
      return;
    }
    ByteRanges ranges = ByteRanges.parse(header, size);
    assertThat(ranges.size()).isEqualTo(size);
    assertThat(ranges.parts().isEmpty()).isEqualTo(ranges.kind() != ByteRanges.Kind.PARTIAL);
    for (ByteRange part : ranges.parts()) {
      assertThat(part.offset()).isNotNegative();
      assertThat(part.length()).isPositive().isLessThanOrEqualTo(size - part.offset());
    }
  }
}
