package io.deltaport.delta.xz;

/** What bits cost, in sixteenths of a bit. */
final class Prices {
  static final int INFINITE = 1 << 30;

  private static final int SHIFT = 4;
  private static final int PROBABILITY_TOTAL = 1 << 11;
  private static final int UNIT = 16;
  private static final int[] OF = new int[PROBABILITY_TOTAL >> SHIFT];

  static {
    for (int i = 0; i < OF.length; i++) {
      double probability = (i + 0.5) / OF.length;
      OF[i] = (int) Math.round(-Math.log(probability) / Math.log(2) * UNIT);
    }
  }

  private Prices() {}

  static int zero(int probability) {
    return OF[probability >> SHIFT];
  }

  static int one(int probability) {
    return OF[(PROBABILITY_TOTAL - 1 - probability) >> SHIFT];
  }

  static int bit(int probability, int bit) {
    return bit == 0 ? zero(probability) : one(probability);
  }

  static int direct(int bits) {
    return bits * UNIT;
  }

  static int tree(short[] probabilities, int offset, int bits, int symbol) {
    int price = 0;
    int node = symbol | (1 << bits);
    while (node != 1) {
      int bit = node & 1;
      node >>>= 1;
      price += bit(probabilities[offset + node], bit);
    }
    return price;
  }

  static int reverseTree(short[] probabilities, int offset, int bits, int symbol) {
    int price = 0;
    int node = 1;
    for (int i = 0; i < bits; i++) {
      int bit = (symbol >>> i) & 1;
      price += bit(probabilities[offset + node], bit);
      node = (node << 1) | bit;
    }
    return price;
  }
}
