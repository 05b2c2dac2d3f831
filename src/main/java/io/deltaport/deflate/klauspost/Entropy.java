package io.deltaport.deflate.klauspost;

import io.deltaport.deflate.golang.SymbolCounts;

/**
 * The library's estimate of what symbols take with codes of their own: sums of entropies as single
 * floats, with an approximated logarithm. From the source of klauspost/compress, flate/token.go.
 */
final class Entropy {
  private static final int FIRST_LENGTH = SymbolCounts.END_OF_BLOCK + 1;
  private static final int END_BITS = 15;

  private Entropy() {}

  static int bits(SymbolCounts counts) {
    float entropy = 0;
    int extra = 0;
    int matches = 0;
    if (counts.symbols > 0) {
      float share = 1.0f / counts.symbols;
      for (int symbol = 0; symbol < SymbolCounts.END_OF_BLOCK; symbol++) {
        entropy = add(entropy, counts.literals[symbol], share);
      }
      entropy += END_BITS;
      for (int code = 0; code < SymbolCounts.LITERALS - FIRST_LENGTH; code++) {
        int count = counts.literals[FIRST_LENGTH + code];
        entropy = add(entropy, count, share);
        extra += SymbolCounts.lengthExtraBits(code) * count;
        matches += count;
      }
    }
    if (matches > 0) {
      float share = 1.0f / matches;
      for (int code = 0; code < SymbolCounts.DISTANCES; code++) {
        int count = counts.distances[code];
        entropy = add(entropy, count, share);
        extra += SymbolCounts.distanceExtraBits(code) * count;
      }
    }
    return (int) entropy + extra;
  }

  private static float add(float entropy, int count, float share) {
    if (count == 0) {
      return entropy;
    }
    float bits = Math.clamp(-log2(count * share), 1.0f, 15.0f);
    return entropy + bits * count;
  }

  private static float log2(float value) {
    int bits = Float.floatToRawIntBits(value);
    float log = ((bits >> 23) & 255) - 128;
    float fraction = Float.intBitsToFloat((bits & ~(255 << 23)) + (127 << 23));
    return log + ((-0.34484842f * fraction + 2.0246658f) * fraction - 0.6748776f);
  }
}
