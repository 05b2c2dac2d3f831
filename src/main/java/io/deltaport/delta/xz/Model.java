package io.deltaport.delta.xz;

import java.util.Arrays;

/**
 * The adaptive model of LZMA: it writes literals, matches and repeated matches, and knows what they
 * cost at this moment. Distances are one less than the number of bytes to go back, as in the
 * format. Not thread-safe.
 */
final class Model {
  static final int REPS = 4;

  /** Patches have values at aligned places: those say more than the byte before does. */
  static final int LITERAL_CONTEXT_BITS = 0;

  static final int LITERAL_POSITION_BITS = 3;
  static final int POSITION_BITS = 3;

  private static final int POSITIONS = 1 << POSITION_BITS;
  private static final int POSITION_MASK = POSITIONS - 1;
  private static final int LITERAL_POSITION_MASK = (1 << LITERAL_POSITION_BITS) - 1;
  private static final int STATES = 12;
  private static final int FIRST_MATCH_STATE = 7;
  private static final int LITERAL_TREE = 0x300;
  private static final int LENGTH_STATES = 4;
  private static final int SLOTS = 64;
  private static final int SLOT_BITS = 6;
  private static final int FIRST_MODELLED_SLOT = 4;
  private static final int FIRST_ALIGNED_SLOT = 14;
  private static final int ALIGN_BITS = 4;
  private static final int ALIGN = 1 << ALIGN_BITS;
  private static final int NEAR = 1 << (FIRST_ALIGNED_SLOT / 2);

  private final short[] isMatch = new short[STATES * POSITIONS];
  private final short[] isRep = new short[STATES];
  private final short[] isRep0 = new short[STATES];
  private final short[] isRep1 = new short[STATES];
  private final short[] isRep2 = new short[STATES];
  private final short[] isRep0Long = new short[STATES * POSITIONS];
  private final short[] literals = new short[LITERAL_TREE << LITERAL_POSITION_BITS];
  private final short[] slots = new short[LENGTH_STATES * SLOTS];
  private final short[] near = new short[2 * NEAR];
  private final short[] align = new short[ALIGN];
  private final LengthCoder matchLengths = new LengthCoder(POSITIONS);
  private final LengthCoder repLengths = new LengthCoder(POSITIONS);

  private final int[] slotPrices = new int[LENGTH_STATES * SLOTS];
  private final int[] nearPrices = new int[LENGTH_STATES * NEAR];
  private final int[] alignPrices = new int[ALIGN];

  private final int[] literalPrices = new int[1 << (LITERAL_POSITION_BITS + Byte.SIZE)];
  private final int[] literalPriceAges = new int[literalPrices.length];
  private final int[] isLiteralPrices = new int[STATES * POSITIONS];
  private final int[] matchPrices = new int[STATES * POSITIONS];
  private final int[] shortRepPrices = new int[STATES * POSITIONS];
  private final int[] repPrices = new int[STATES * POSITIONS * REPS];
  private int age;

  private final RangeEncoder out;
  private final int[] reps = new int[REPS];
  private int state;

  Model(RangeEncoder out) {
    this.out = out;
    reset();
  }

  void reset() {
    for (short[] each :
        new short[][] {
          isMatch, isRep, isRep0, isRep1, isRep2, isRep0Long, literals, slots, near, align
        }) {
      RangeEncoder.forget(each);
    }
    matchLengths.reset();
    repLengths.reset();
    Arrays.fill(reps, 0);
    state = 0;
    updatePrices();
  }

  int state() {
    return state;
  }

  int rep(int which) {
    return reps[which];
  }

  static int afterLiteral(int state) {
    if (state < 4) {
      return 0;
    }
    return state < 10 ? state - 3 : state - 6;
  }

  static int afterMatch(int state) {
    return state < FIRST_MATCH_STATE ? 7 : 10;
  }

  static int afterRep(int state) {
    return state < FIRST_MATCH_STATE ? 8 : 11;
  }

  static int afterShortRep(int state) {
    return state < FIRST_MATCH_STATE ? 9 : 11;
  }

  private static int literalTree(int position) {
    return LITERAL_TREE * (position & LITERAL_POSITION_MASK);
  }

  /**
   * Writes a byte as it is.
   *
   * @param matched the byte at the last distance
   */
  void literal(int position, int value, int matched) {
    out.bit(isMatch, state * POSITIONS + (position & POSITION_MASK), 0);
    int tree = literalTree(position);
    if (state < FIRST_MATCH_STATE) {
      out.tree(literals, tree, Byte.SIZE, value);
    } else {
      int offset = 0x100;
      int other = matched;
      int symbol = value | 0x100;
      do {
        other <<= 1;
        int matchBit = other & offset;
        int index = offset + matchBit + (symbol >>> Byte.SIZE);
        int bit = (symbol >>> 7) & 1;
        out.bit(literals, tree + index, bit);
        symbol <<= 1;
        offset &= ~(other ^ symbol);
      } while (symbol < 0x10000);
    }
    state = afterLiteral(state);
  }

  int literalPrice(int position, int inState, int value, int matched) {
    int price = isLiteralPrices[inState * POSITIONS + (position & POSITION_MASK)];
    if (inState < FIRST_MATCH_STATE) {
      return price + literalPrice(position, value);
    }
    int tree = literalTree(position);
    int offset = 0x100;
    int other = matched;
    int symbol = value | 0x100;
    do {
      other <<= 1;
      int matchBit = other & offset;
      int index = offset + matchBit + (symbol >>> Byte.SIZE);
      price += Prices.bit(literals[tree + index], (symbol >>> 7) & 1);
      symbol <<= 1;
      offset &= ~(other ^ symbol);
    } while (symbol < 0x10000);
    return price;
  }

  private int literalPrice(int position, int value) {
    int which = ((position & LITERAL_POSITION_MASK) << Byte.SIZE) | value;
    if (literalPriceAges[which] != age) {
      literalPriceAges[which] = age;
      literalPrices[which] = Prices.tree(literals, literalTree(position), Byte.SIZE, value);
    }
    return literalPrices[which];
  }

  void match(int position, int distance, int length) {
    int at = position & POSITION_MASK;
    out.bit(isMatch, state * POSITIONS + at, 1);
    out.bit(isRep, state, 0);
    matchLengths.encode(out, length, at);
    int slot = slot(distance);
    out.tree(slots, lengthState(length) * SLOTS, SLOT_BITS, slot);
    if (slot >= FIRST_MODELLED_SLOT) {
      int bits = (slot >>> 1) - 1;
      int rest = distance - ((2 | (slot & 1)) << bits);
      if (slot < FIRST_ALIGNED_SLOT) {
        out.reverseTree(near, nearOffset(slot, bits), bits, rest);
      } else {
        out.direct(rest >>> ALIGN_BITS, bits - ALIGN_BITS);
        out.reverseTree(align, 0, ALIGN_BITS, rest & ALIGN - 1);
      }
    }
    System.arraycopy(reps, 0, reps, 1, REPS - 1);
    reps[0] = distance;
    state = afterMatch(state);
  }

  /** Writes a match at one of the last distances; a length of 1 is possible at the last one. */
  void rep(int position, int which, int length) {
    int at = position & POSITION_MASK;
    out.bit(isMatch, state * POSITIONS + at, 1);
    out.bit(isRep, state, 1);
    if (which == 0) {
      out.bit(isRep0, state, 0);
      out.bit(isRep0Long, state * POSITIONS + at, length == 1 ? 0 : 1);
    } else {
      out.bit(isRep0, state, 1);
      out.bit(isRep1, state, which == 1 ? 0 : 1);
      if (which > 1) {
        out.bit(isRep2, state, which - 2);
      }
      int distance = reps[which];
      System.arraycopy(reps, 0, reps, 1, which);
      reps[0] = distance;
    }
    if (length == 1) {
      state = afterShortRep(state);
    } else {
      repLengths.encode(out, length, at);
      state = afterRep(state);
    }
  }

  int shortRepPrice(int position, int inState) {
    return shortRepPrices[inState * POSITIONS + (position & POSITION_MASK)];
  }

  /** What a match at one of the last distances costs without its length. */
  int repPrice(int position, int inState, int which) {
    return repPrices[(inState * POSITIONS + (position & POSITION_MASK)) * REPS + which];
  }

  int repLengthPrice(int position, int length) {
    return repLengths.price(length, position & POSITION_MASK);
  }

  /** What a match costs without its distance and its length. */
  int matchPrice(int position, int inState) {
    return matchPrices[inState * POSITIONS + (position & POSITION_MASK)];
  }

  int matchLengthPrice(int position, int length) {
    return matchLengths.price(length, position & POSITION_MASK);
  }

  int distancePrice(int distance, int length) {
    int lengthState = lengthState(length);
    if (distance < NEAR) {
      return nearPrices[lengthState * NEAR + distance];
    }
    return slotPrices[lengthState * SLOTS + slot(distance)] + alignPrices[distance & ALIGN - 1];
  }

  private static int lengthState(int length) {
    return Math.min(length - LengthCoder.MIN, LENGTH_STATES - 1);
  }

  private static int slot(int distance) {
    if (distance < FIRST_MODELLED_SLOT) {
      return distance;
    }
    int top = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(distance);
    return (top << 1) | ((distance >>> (top - 1)) & 1);
  }

  /** Where the tree of a slot is: there are two slots of each number of bits. */
  private static int nearOffset(int slot, int bits) {
    return (2 | (slot & 1)) << bits;
  }

  /** Learns the prices anew; they are right for some hundred symbols. */
  void updatePrices() {
    age++;
    for (int i = 0; i < STATES * POSITIONS; i++) {
      int in = i / POSITIONS;
      isLiteralPrices[i] = Prices.zero(isMatch[i]);
      matchPrices[i] = Prices.one(isMatch[i]) + Prices.zero(isRep[in]);
      int rep = Prices.one(isMatch[i]) + Prices.one(isRep[in]);
      int first = rep + Prices.zero(isRep0[in]);
      shortRepPrices[i] = first + Prices.zero(isRep0Long[i]);
      repPrices[i * REPS] = first + Prices.one(isRep0Long[i]);
      int older = rep + Prices.one(isRep0[in]);
      repPrices[i * REPS + 1] = older + Prices.zero(isRep1[in]);
      repPrices[i * REPS + 2] = older + Prices.one(isRep1[in]) + Prices.zero(isRep2[in]);
      repPrices[i * REPS + 3] = older + Prices.one(isRep1[in]) + Prices.one(isRep2[in]);
    }
    matchLengths.updatePrices();
    repLengths.updatePrices();
    for (int i = 0; i < ALIGN; i++) {
      alignPrices[i] = Prices.reverseTree(align, 0, ALIGN_BITS, i);
    }
    for (int lengthState = 0; lengthState < LENGTH_STATES; lengthState++) {
      int tree = lengthState * SLOTS;
      for (int slot = 0; slot < SLOTS; slot++) {
        int price = Prices.tree(slots, tree, SLOT_BITS, slot);
        if (slot >= FIRST_ALIGNED_SLOT) {
          price += Prices.direct((slot >>> 1) - 1 - ALIGN_BITS);
        }
        slotPrices[tree + slot] = price;
      }
      for (int distance = 0; distance < NEAR; distance++) {
        int slot = slot(distance);
        int price = slotPrices[tree + slot];
        if (slot >= FIRST_MODELLED_SLOT) {
          int bits = (slot >>> 1) - 1;
          int base = (2 | (slot & 1)) << bits;
          price += Prices.reverseTree(near, nearOffset(slot, bits), bits, distance - base);
        }
        nearPrices[lengthState * NEAR + distance] = price;
      }
    }
  }
}
