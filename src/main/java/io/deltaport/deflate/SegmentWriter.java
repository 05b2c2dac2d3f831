package io.deltaport.deflate;

import java.io.IOException;

/** Writes segments as the very bits that they came from. Not thread-safe. */
final class SegmentWriter {
  private final HuffmanCodes literals = new HuffmanCodes();
  private final HuffmanCodes distances = new HuffmanCodes();
  private final CodesReader codes = new CodesReader();

  /**
   * Appends a segment.
   *
   * @throws DeflateFormatException if a block has no code for what is in it
   */
  void write(Segment segment, BitOutput out) throws IOException {
    int match = 0;
    for (Block block : segment.blocks) {
      if (block.begins()) {
        out.put((block.last() ? 1 : 0) | (block.type() << 1), 3);
      }
      if (block.type() == Block.STORED) {
        writeStored(segment, block, out);
      } else {
        setCodes(block, out);
        match = writeTokens(segment, block, match, out);
      }
    }
    if (segment.last) {
      out.put(segment.finalPadding, out.bitsToByte());
    }
  }

  private static void writeStored(Segment segment, Block block, BitOutput out) {
    if (block.begins()) {
      out.put(block.padding(), out.bitsToByte());
      int length = (block.header()[0] & 0xff) | ((block.header()[1] & 0xff) << Byte.SIZE);
      out.put(length, Short.SIZE);
      out.put(~length & 0xffff, Short.SIZE);
    }
    out.put(segment.data, block.start(), block.end() - block.start());
  }

  private void setCodes(Block block, BitOutput out) throws IOException {
    if (block.type() == Block.FIXED) {
      // Two symbols that never occur have codes, too, and move the others.
      byte[] fixed = Symbols.fixedLiterals();
      literals.set(fixed, 0, fixed.length);
      distances.set(Symbols.fixedDistances(), 0, Symbols.DISTANCES);
      return;
    }
    codes.readLengths(new BitInput(block.header()));
    literals.set(codes.lengths(), 0, codes.literalCount());
    distances.set(codes.lengths(), codes.literalCount(), codes.distanceCount());
    if (block.begins()) {
      out.putBits(block.header(), block.headerBits());
    }
  }

  private int writeTokens(Segment segment, Block block, int firstMatch, BitOutput out)
      throws DeflateFormatException {
    Matches matches = segment.matches;
    byte[] data = segment.data;
    int match = firstMatch;
    int at = block.start();
    boolean coded = true;
    while (at < block.end()) {
      int next = match < matches.count() ? matches.position(match) : block.end();
      int stop = Math.min(next, block.end());
      for (; at < stop; at++) {
        int literal = data[at] & 0xff;
        coded &= literals.length(literal) > 0;
        out.put(literals.code(literal), literals.length(literal));
      }
      if (at < block.end()) {
        coded &= writeMatch(matches.length(match), matches.distance(match), out);
        at += matches.length(match++);
      }
    }
    if (!coded || at > block.end()) {
      throw new DeflateFormatException("a block has no code for what is in it");
    }
    if (block.ends()) {
      out.put(literals.code(Symbols.END_OF_BLOCK), literals.length(Symbols.END_OF_BLOCK));
    }
    return match;
  }

  private boolean writeMatch(int length, int distance, BitOutput out) {
    int index = Symbols.lengthIndex(length);
    int symbol = Symbols.distanceSymbol(distance);
    int lengthBits = literals.length(Symbols.FIRST_LENGTH + index);
    int distanceBits = distances.length(symbol);
    long bits = literals.code(Symbols.FIRST_LENGTH + index);
    int count = lengthBits;
    bits |= (long) (length - Symbols.LENGTH_BASE[index]) << count;
    count += Symbols.LENGTH_EXTRA[index];
    bits |= (long) distances.code(symbol) << count;
    count += distanceBits;
    bits |= (long) (distance - Symbols.DISTANCE_BASE[symbol]) << count;
    count += Symbols.DISTANCE_EXTRA[symbol];
    out.put(bits, count);
    return lengthBits > 0 && distanceBits > 0;
  }
}
