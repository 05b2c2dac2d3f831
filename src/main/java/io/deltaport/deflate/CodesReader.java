package io.deltaport.deflate;

import java.io.IOException;

/**
 * The codes of a dynamic block out of its header (RFC 1951, section 3.2.7), which is kept as it is.
 * Not thread-safe.
 */
final class CodesReader {
  /** Longest header: three counts, 19 lengths of 3 bits, 316 lengths of 7 bits and 7 extra bits. */
  static final int HEADER_BITS_MAX = 14 + 19 * 3 + 316 * 14;

  private final HuffmanDecoder literals = new HuffmanDecoder();
  private final HuffmanDecoder distances = new HuffmanDecoder();
  private final HuffmanDecoder codeLengths = new HuffmanDecoder();
  private final BitOutput header = new BitOutput(HEADER_BITS_MAX / Byte.SIZE + 1);
  private final byte[] lengths = new byte[Symbols.LITERALS + Symbols.DISTANCES + 2];
  private int literalCount;
  private int distanceCount;

  HuffmanDecoder literals() {
    return literals;
  }

  HuffmanDecoder distances() {
    return distances;
  }

  /** Returns the lengths of the literals' codes and, behind them, of the distances'. */
  byte[] lengths() {
    return lengths;
  }

  int literalCount() {
    return literalCount;
  }

  int distanceCount() {
    return distanceCount;
  }

  byte[] header() {
    return header.toByteArray();
  }

  int headerBits() {
    return (int) header.length();
  }

  void setFixed() throws DeflateFormatException {
    byte[] fixed = Symbols.fixedLiterals();
    literals.set(fixed, 0, fixed.length, false);
    distances.set(Symbols.fixedDistances(), 0, 32, false);
  }

  /** Reads a header and makes the decoders. */
  void read(BitInput in) throws IOException {
    readLengths(in);
    literals.set(lengths, 0, literalCount, true);
    distances.set(lengths, literalCount, distanceCount, true);
  }

  /** Reads a header for its lengths alone. */
  void readLengths(BitInput in) throws IOException {
    header.clear();
    literalCount = take(in, 5) + 257;
    distanceCount = take(in, 5) + 1;
    int codeLengthCount = take(in, 4) + 4;
    if (literalCount > Symbols.LITERALS || distanceCount > Symbols.DISTANCES) {
      throw new DeflateFormatException("a dynamic block has too many codes");
    }
    byte[] order = new byte[Symbols.CODE_LENGTHS];
    for (int i = 0; i < codeLengthCount; i++) {
      order[Symbols.CODE_LENGTH_ORDER[i]] = (byte) take(in, 3);
    }
    codeLengths.set(order, 0, order.length, false);
    readLengths(in, literalCount + distanceCount);
    if (lengths[Symbols.END_OF_BLOCK] == 0) {
      throw new DeflateFormatException("a block without a code for its end");
    }
  }

  private void readLengths(BitInput in, int count) throws IOException {
    int at = 0;
    while (at < count) {
      in.fill();
      int decoded = codeLengths.decode(in.peek());
      if (decoded < 0) {
        throw new DeflateFormatException("a code that stands for nothing");
      }
      int symbol = decoded >>> 4;
      take(in, decoded & 15);
      if (symbol < 16) {
        lengths[at++] = (byte) symbol;
        continue;
      }
      if (symbol == 16 && at == 0) {
        throw new DeflateFormatException("the first code length repeats another");
      }
      byte value = symbol == 16 ? lengths[at - 1] : 0;
      int repeat =
          switch (symbol) {
            case 16 -> 3 + take(in, 2);
            case 17 -> 3 + take(in, 3);
            default -> 11 + take(in, 7);
          };
      if (repeat > count - at) {
        throw new DeflateFormatException("too many code lengths");
      }
      for (int i = 0; i < repeat; i++) {
        lengths[at++] = value;
      }
    }
  }

  private int take(BitInput in, int bits) throws IOException {
    int value = (int) in.take(bits);
    header.put(value, bits);
    return value;
  }
}
