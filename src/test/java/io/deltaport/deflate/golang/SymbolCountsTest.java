package io.deltaport.deflate.golang;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.deflate.Matches;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class SymbolCountsTest {
  /** RFC 1951, 3.2.5: each code has the base of the one before plus what its extra bits can say. */
  @Test
  void codesAreThoseOfTheSpecification() {
    int length = 3;
    for (int code = 0; code < 28; code++) {
      assertThat(SymbolCounts.lengthCode(length)).isEqualTo(code);
      length += 1 << SymbolCounts.lengthExtraBits(code);
      assertThat(SymbolCounts.lengthCode(Math.min(257, length - 1))).isEqualTo(code);
    }
    assertThat(SymbolCounts.lengthCode(258)).isEqualTo(28);
    assertThat(SymbolCounts.lengthExtraBits(28)).isZero();
    int distance = 1;
    for (int code = 0; code < 30; code++) {
      assertThat(SymbolCounts.distanceCode(distance)).isEqualTo(code);
      distance += 1 << SymbolCounts.distanceExtraBits(code);
      assertThat(SymbolCounts.distanceCode(distance - 1)).isEqualTo(code);
    }
    assertThat(distance).isEqualTo(32_769);
  }

  @Test
  void aPartEndsBehindItsLastSymbol() {
    Matches matches = new Matches();
    matches.add(2, 4, 2);
    matches.add(6, 3, 1);
    SymbolCounts counts = new SymbolCounts();
    byte[] data = "ababababbbb".getBytes(StandardCharsets.ISO_8859_1);

    assertThat(counts.add(data, 0, data.length, 3, matches)).isEqualTo(6);
    assertThat(counts.literals['a']).isEqualTo(1);
    assertThat(counts.literals[257 + 1]).isEqualTo(1);
    assertThat(counts.distances[1]).isEqualTo(1);

    counts.clear();
    assertThat(counts.add(data, 6, data.length, Integer.MAX_VALUE, matches)).isEqualTo(11);
    assertThat(counts.symbols).isEqualTo(3);
    assertThat(counts.literals['b']).isEqualTo(2);
    assertThat(counts.extraBits()).isZero();
  }
}
