package io.deltaport.delta.xz;

/** Lengths of matches, 2 to 273, and what they cost. Not thread-safe. */
final class LengthCoder {
  static final int MIN = 2;
  static final int MAX = 273;

  private static final int SMALL_BITS = 3;
  private static final int SMALL = 1 << SMALL_BITS;
  private static final int HIGH_BITS = 8;
  private static final int CHOICES = 2;

  private final short[] choice = new short[CHOICES];
  private final short[] low;
  private final short[] mid;
  private final short[] high = new short[1 << HIGH_BITS];
  private final int[] prices;
  private final int positions;

  /**
   * Makes a coder.
   *
   * @param positions how many positions modulo a power of two it tells from each other
   */
  LengthCoder(int positions) {
    this.positions = positions;
    this.low = new short[positions * SMALL];
    this.mid = new short[positions * SMALL];
    this.prices = new int[positions * (MAX + 1)];
  }

  void reset() {
    RangeEncoder.forget(choice);
    RangeEncoder.forget(low);
    RangeEncoder.forget(mid);
    RangeEncoder.forget(high);
  }

  void encode(RangeEncoder out, int length, int position) {
    int code = length - MIN;
    if (code < SMALL) {
      out.bit(choice, 0, 0);
      out.tree(low, position * SMALL, SMALL_BITS, code);
    } else if (code < 2 * SMALL) {
      out.bit(choice, 0, 1);
      out.bit(choice, 1, 0);
      out.tree(mid, position * SMALL, SMALL_BITS, code - SMALL);
    } else {
      out.bit(choice, 0, 1);
      out.bit(choice, 1, 1);
      out.tree(high, 0, HIGH_BITS, code - 2 * SMALL);
    }
  }

  int price(int length, int position) {
    return prices[position * (MAX + 1) + length];
  }

  void updatePrices() {
    int toMid = Prices.one(choice[0]) + Prices.zero(choice[1]);
    int toHigh = Prices.one(choice[0]) + Prices.one(choice[1]);
    for (int position = 0; position < positions; position++) {
      int at = position * (MAX + 1) + MIN;
      for (int i = 0; i < SMALL; i++) {
        prices[at + i] = Prices.zero(choice[0]) + Prices.tree(low, position * SMALL, SMALL_BITS, i);
        prices[at + SMALL + i] = toMid + Prices.tree(mid, position * SMALL, SMALL_BITS, i);
      }
    }
    int first = MIN + 2 * SMALL;
    for (int i = 0; i + first <= MAX; i++) {
      prices[first + i] = toHigh + Prices.tree(high, 0, HIGH_BITS, i);
    }
    for (int position = 1; position < positions; position++) {
      System.arraycopy(prices, first, prices, position * (MAX + 1) + first, MAX + 1 - first);
    }
  }
}
