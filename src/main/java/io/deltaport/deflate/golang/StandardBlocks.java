package io.deltaport.deflate.golang;

import io.deltaport.deflate.BlockModel;
import io.deltaport.deflate.Matches;
import io.deltaport.deflate.PredictedBlock;
import java.util.List;

/**
 * Blocks of Go's standard compressor.
 *
 * <p>Levels 2 to 9: each {@link ChainParser#BLOCK_SYMBOLS} symbols, and what is left at a flush,
 * are a block: with codes of its own if that is shorter than with the fixed ones, but stored if
 * that is shorter still and the compressor's window has the whole block.
 *
 * <p>Level 1: each piece of {@link FastParser#PIECE_BYTES} bytes is a block with codes of its own,
 * or stored if these would save less than about a sixteenth; a last piece is stored when it has up
 * to 16 bytes.
 *
 * <p>Codes are made of the counts of exactly the block's symbols and one end of the block; without
 * a match, distance code 0 counts as if it occurred once. The rows of lengths end with the last
 * code that occurs. A flush is followed by an empty stored block, the stream ends with another one
 * that is marked as the last. From the source of Go, compress/flate/huffman_bit_writer.go.
 */
public final class StandardBlocks implements BlockModel {
  private static final int WINDOW = 1 << 15;
  private static final int LOOKAHEAD = 262;
  private static final int LONGEST_CODE = 15;
  private static final int LARGEST_STORED = 65_535;
  private static final int STORED_HEADER_BYTES = 5;
  private static final int SHORT_PIECE_BYTES = 128;
  private static final int STORED_PIECE_BYTES = 16;

  private final boolean fast;
  private final PackageMerge codes = new PackageMerge();
  private final HeaderCoder header = new HeaderCoder(codes);
  private final SymbolCounts counts = new SymbolCounts();
  private final byte[] literals = new byte[SymbolCounts.LITERALS];
  private final byte[] distances = new byte[SymbolCounts.DISTANCES];

  /**
   * Makes a model.
   *
   * @param level 1 to 9
   */
  public StandardBlocks(int level) {
    this.fast = level == 1;
  }

  @Override
  public void predict(
      byte[] data,
      int start,
      int end,
      boolean flushed,
      Matches matches,
      List<PredictedBlock> blocks) {
    counts.nextMatch = 0;
    int at = start;
    while (at < end) {
      counts.clear();
      int limit = fast ? Math.min(end, at + Math.min(end - at, FastParser.PIECE_BYTES)) : end;
      int most = fast ? Integer.MAX_VALUE : ChainParser.BLOCK_SYMBOLS;
      int next = counts.add(data, at, limit, most, matches);
      blocks.add(fast ? piece(at, next) : symbols(at, next));
      at = next;
    }
  }

  private PredictedBlock piece(int start, int end) {
    int size = end - start;
    if (size < SHORT_PIECE_BYTES && size <= STORED_PIECE_BYTES) {
      return PredictedBlock.stored(start, end);
    }
    int bits = code();
    if ((size + STORED_HEADER_BYTES) * Byte.SIZE < bits + (bits >> 4)) {
      return PredictedBlock.stored(start, end);
    }
    return header.block(start, end);
  }

  private PredictedBlock symbols(int start, int end) {
    int extra = counts.extraBits();
    int dynamic = code() + extra;
    int fixed = 3 + counts.fixedBits() + extra;
    int size = end - start;
    if (size <= LARGEST_STORED
        && inWindow(start, end)
        && (size + STORED_HEADER_BYTES) * Byte.SIZE < Math.min(dynamic, fixed)) {
      return PredictedBlock.stored(start, end);
    }
    return dynamic < fixed ? header.block(start, end) : PredictedBlock.fixed(start, end);
  }

  private static boolean inWindow(int start, int end) {
    int base = 0;
    while (base + 2 * WINDOW - end < LOOKAHEAD) {
      base += WINDOW;
    }
    return start >= base;
  }

  /** Makes codes for what was counted, and gives the bits of header and codes. */
  private int code() {
    counts.literals[SymbolCounts.END_OF_BLOCK]++;
    if (SymbolCounts.used(counts.distances) == 0) {
      counts.distances[0] = 1;
    }
    codes.choose(counts.literals, SymbolCounts.LITERALS, LONGEST_CODE, literals);
    codes.choose(counts.distances, SymbolCounts.DISTANCES, LONGEST_CODE, distances);
    return header.code(
            literals,
            SymbolCounts.used(counts.literals),
            distances,
            SymbolCounts.used(counts.distances))
        + SymbolCounts.bits(counts.literals, literals, SymbolCounts.LITERALS)
        + SymbolCounts.bits(counts.distances, distances, SymbolCounts.DISTANCES);
  }
}
