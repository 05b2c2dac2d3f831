package io.deltaport.delta;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class EqualBytesTest {
  @Property
  void countsWhatALoopCounts(
      @ForAll @Size(80) @IntRange(max = 3) byte[] one,
      @ForAll @Size(80) @IntRange(max = 3) byte[] other,
      @ForAll @IntRange(max = 40) int from,
      @ForAll @IntRange(max = 40) int otherFrom,
      @ForAll @IntRange(max = 40) int length) {
    int equal = 0;
    for (int i = 0; i < length; i++) {
      equal += one[from + i] == other[otherFrom + i] ? 1 : 0;
    }

    assertThat(EqualBytes.count(one, from, other, otherFrom, length)).isEqualTo(equal);
  }

  /** Every pair of bytes, each once in every place of a word. */
  @Test
  void noByteIsTakenForAnother() {
    for (int value = 0; value < 256; value++) {
      for (int place = 0; place < Long.BYTES; place++) {
        byte[] one = new byte[Long.BYTES];
        one[place] = (byte) value;

        assertThat(EqualBytes.count(one, 0, new byte[Long.BYTES], 0, Long.BYTES))
            .isEqualTo(value == 0 ? 8 : 7);
      }
    }
  }

  @Test
  void aStretchThatEndsBeforeItBeginsHasNone() {
    assertThat(EqualBytes.count(new byte[1], 0, new byte[1], -5, -3)).isZero();
  }
}
