package io.deltaport.deflate.klauspost;

import io.deltaport.deflate.BlockModel;
import io.deltaport.deflate.CodeLengths;
import io.deltaport.deflate.Matches;
import io.deltaport.deflate.PredictedBlock;
import io.deltaport.deflate.golang.HeaderCoder;
import io.deltaport.deflate.golang.PackageMerge;
import io.deltaport.deflate.golang.SymbolCounts;
import java.util.List;

/**
 * Blocks of klauspost/compress. Symbols come in groups: those of a piece of 65,535 bytes at levels
 * 1 to 6, and 32,768 at levels 7 to 9. Codes are made of one group's counts and one end of the
 * block. The next group goes on in the same block if it has codes for all of its symbols and new
 * ones are not estimated to pay, so a block consists of one group or more, and the codes are those
 * of its first. Groups whose matches save little are written as literals, and stored when that
 * saves nothing.
 *
 * <p>A header's rows of lengths have 286 and 30 entries up to 1.18.0, except in a flush's last
 * group; later, and in that group always, they end with the last code that occurs. Blocks of
 * literals have 257 and 1.
 *
 * <p>What matches tell of a group that has none is not enough: one in which none was found is
 * stored at once, while one whose matches did not pay may be written as literals. Of the latter
 * kind such groups are taken to be: random data is stored either way. And at levels 7 to 9 a group
 * that ends less than 262 bytes before a window's end, within a long run of literals, may be stored
 * where a reused table is expected.
 *
 * <p>Each flush is followed by an empty stored block, so pgzip's blocks end with one, and the
 * stream ends with an empty block with fixed codes that is marked as the last. From the source of
 * klauspost/compress, flate/huffman_bit_writer.go and flate/token.go.
 */
public final class ReusedCodes implements BlockModel {
  private static final int GROUP_SYMBOLS = 1 << 15;
  private static final int LONGEST_CODE = 15;
  private static final int LARGEST_STORED = 65_535;
  private static final int STORED_HEADER_BYTES = 5;
  private static final int FIXED_TRIED_SYMBOLS = 250;
  private static final int SHORT_PIECE_BYTES = 128;
  private static final int STORED_PIECE_BYTES = 32;
  private static final int LITERAL_HEADER_GUESS_BITS = 70 * Byte.SIZE;
  private static final int LITERALS_ONLY = SymbolCounts.END_OF_BLOCK + 1;
  private static final int LEAST_SAVED_SHIFT = 4;
  private static final int WINDOW = 1 << 15;
  private static final int LOOKAHEAD = 262;

  private final boolean fast;
  private final int penaltyShift;
  private final Version version;
  private final boolean dictionary;
  private final CodeLengths codes;
  private final HeaderCoder header;
  private final SymbolCounts counts = new SymbolCounts();
  private byte[] literals = new byte[SymbolCounts.LITERALS];
  private final byte[] distances = new byte[SymbolCounts.DISTANCES];
  private byte[] otherLiterals = new byte[SymbolCounts.LITERALS];
  private final byte[] onlyDistance = new byte[SymbolCounts.DISTANCES];

  /** The open block: bits of its header, 0 when there is none. */
  private int openHeader;

  private boolean openLiteralsOnly;
  private int start;
  private int groupStart;
  private int groupEnd;

  /**
   * Makes a model.
   *
   * @param level 1 to 9
   * @param dictionary whether each segment is one of pgzip's blocks
   */
  public ReusedCodes(int level, Version version, boolean dictionary) {
    this.fast = level <= 6;
    this.penaltyShift = fast ? 7 : 8;
    this.version = version;
    this.dictionary = dictionary;
    this.codes = version.since(Version.V1_20_1) ? new HuffmanTree() : new PackageMerge();
    this.header = new HeaderCoder(codes);
    onlyDistance[0] = 1;
  }

  @Override
  public void predict(
      byte[] data,
      int start,
      int end,
      boolean flushed,
      Matches matches,
      List<PredictedBlock> blocks) {
    this.start = start;
    openHeader = 0;
    openLiteralsOnly = false;
    counts.nextMatch = 0;
    int at = start;
    while (at < end) {
      counts.clear();
      int limit = fast ? at + Math.min(end - at, FastParser.PIECE_BYTES) : end;
      int most = fast ? Integer.MAX_VALUE : GROUP_SYMBOLS;
      groupStart = at;
      groupEnd = counts.add(data, at, limit, most, matches);
      at = groupEnd;
      if (fast) {
        piece(flushed && at == end, blocks);
      } else {
        // All that the compressor does with its last window is a part of the flush.
        group(flushed && window(end) + 2 * WINDOW >= end, blocks);
      }
    }
  }

  private void piece(boolean last, List<PredictedBlock> blocks) {
    int size = groupEnd - groupStart;
    boolean alone = groupStart == start && start == 0 && !dictionary;
    boolean searched = version.since(Version.V1_20_4) && !alone;
    if (size < SHORT_PIECE_BYTES && !searched) {
      if (size <= STORED_PIECE_BYTES) {
        store(blocks);
      } else {
        literals(true, blocks);
      }
    } else if (size < FastEncoder.SHORTEST) {
      store(blocks);
    } else if (counts.symbols > Math.min(size - 1, size - (size >> LEAST_SAVED_SHIFT))) {
      literals(last, blocks);
    } else {
      group(last, blocks);
    }
  }

  private void store(List<PredictedBlock> blocks) {
    openHeader = 0;
    blocks.add(PredictedBlock.stored(groupStart, groupEnd));
  }

  private int storedBits() {
    int from = groupStart;
    if (!fast && dictionary && groupStart == start && !version.since(Version.V1_20_0)) {
      // The compressor takes the dictionary for a part of its first block.
      from = Math.max(0, start - FastParser.PGZIP_DICTIONARY_BYTES);
    }
    return (groupEnd - from + STORED_HEADER_BYTES) * Byte.SIZE;
  }

  /** Writes a group without matches. */
  private void literals(boolean last, List<PredictedBlock> blocks) {
    int size = groupEnd - groupStart;
    if (size > 1024 && looksRandom(size)) {
      store(blocks);
      return;
    }
    counts.literals[SymbolCounts.END_OF_BLOCK] = 1;
    codes.choose(counts.literals, LITERALS_ONLY, LONGEST_CODE, otherLiterals);
    int estimate = SymbolCounts.bits(counts.literals, otherLiterals, LITERALS_ONLY);
    estimate += openHeader == 0 ? LITERAL_HEADER_GUESS_BITS : openHeader;
    estimate += estimate >> penaltyShift;
    if (storedBits() <= estimate) {
      store(blocks);
      return;
    }
    if (openHeader > 0
        && (!has(literals, counts.literals, SymbolCounts.END_OF_BLOCK)
            || estimate
                < SymbolCounts.bits(counts.literals, literals, SymbolCounts.END_OF_BLOCK))) {
      openHeader = 0;
    }
    if (openHeader == 0) {
      byte[] swapped = literals;
      literals = otherLiterals;
      otherLiterals = swapped;
      openHeader = header.code(literals, LITERALS_ONLY, onlyDistance, 1);
      openLiteralsOnly = true;
      blocks.add(header.block(groupStart, groupEnd));
    } else {
      prolong(blocks);
    }
    if (last) {
      openHeader = 0;
      openLiteralsOnly = false;
    }
  }

  private boolean looksRandom(int size) {
    double expected = size / 256.0;
    double most = 2.0 * size;
    double sum = 0;
    for (int value = 0; value < 1 << Byte.SIZE; value++) {
      double difference = counts.literals[value] - expected;
      sum += difference * difference;
      if (sum > most) {
        break;
      }
    }
    return sum < most;
  }

  /** Writes a group with matches. */
  private void group(boolean last, List<PredictedBlock> blocks) {
    if (last) {
      counts.literals[SymbolCounts.END_OF_BLOCK]++;
      counts.symbols++;
    }
    if (openLiteralsOnly && openHeader > 0) {
      openHeader = 0;
      openLiteralsOnly = false;
    }
    if (openHeader > 0
        && !(has(literals, counts.literals, SymbolCounts.LITERALS)
            && has(distances, counts.distances, SymbolCounts.DISTANCES))) {
      openHeader = 0;
    }
    boolean full = !last && !version.since(Version.V1_18_1);
    if (!full && SymbolCounts.used(counts.distances) == 0) {
      counts.distances[0] = 1;
    }
    boolean storable = storable();
    int extra = storable || openHeader > 0 ? counts.extraBits() : 0;
    if (openHeader > 0 && reuse(storable, extra, blocks)) {
      if (last) {
        openHeader = 0;
      }
      return;
    }
    int literalCount = SymbolCounts.LITERALS;
    int distanceCount = SymbolCounts.DISTANCES;
    counts.literals[SymbolCounts.END_OF_BLOCK] = 1;
    if (!full) {
      literalCount = SymbolCounts.used(counts.literals);
      distanceCount = SymbolCounts.used(counts.distances);
    }
    codes.choose(counts.literals, SymbolCounts.LITERALS, LONGEST_CODE, literals);
    codes.choose(counts.distances, SymbolCounts.DISTANCES, LONGEST_CODE, distances);
    int headerBits = header.code(literals, literalCount, distances, distanceCount);
    int size = headerBits + codedBits() + extra;
    if (counts.symbols < FIXED_TRIED_SYMBOLS) {
      int fixed = 3 + counts.fixedBits() + extra;
      if (fixed <= size) {
        plain(storable && storedBits() <= fixed, blocks);
        return;
      }
    }
    if (storable && storedBits() <= size) {
      store(blocks);
      return;
    }
    blocks.add(header.block(groupStart, groupEnd));
    openHeader = last ? 0 : headerBits;
    openLiteralsOnly = false;
  }

  /** Writes a group with the open block's codes, if these are good enough, or without codes. */
  private boolean reuse(boolean storable, int extra, List<PredictedBlock> blocks) {
    if (version.since(Version.V1_18_2)) {
      counts.literals[SymbolCounts.END_OF_BLOCK] = 1;
    }
    int fresh = openHeader + Entropy.bits(counts);
    fresh += literals[SymbolCounts.END_OF_BLOCK] + (fresh >> penaltyShift);
    int reused = codedBits() + extra;
    int size = reused;
    if (fresh < reused) {
      openHeader = 0;
      size = fresh;
    }
    if (counts.symbols < FIXED_TRIED_SYMBOLS && 3 + counts.fixedBits() + extra + 7 < size) {
      plain(storable && storedBits() <= size, blocks);
      return true;
    }
    if (storable && storedBits() <= size) {
      store(blocks);
      return true;
    }
    if (openHeader == 0) {
      return false;
    }
    prolong(blocks);
    return true;
  }

  private void plain(boolean stored, List<PredictedBlock> blocks) {
    if (stored) {
      store(blocks);
    } else {
      openHeader = 0;
      blocks.add(PredictedBlock.fixed(groupStart, groupEnd));
    }
  }

  private void prolong(List<PredictedBlock> blocks) {
    PredictedBlock open = blocks.removeLast();
    blocks.add(
        new PredictedBlock(
            open.type(), open.start(), groupEnd, open.header(), open.literals(), open.distances()));
  }

  private int codedBits() {
    return SymbolCounts.bits(counts.literals, literals, SymbolCounts.LITERALS)
        + SymbolCounts.bits(counts.distances, distances, SymbolCounts.DISTANCES);
  }

  /** Whether the compressor could store the group: its window has all of it. */
  private boolean storable() {
    if (groupEnd - groupStart > LARGEST_STORED) {
      return false;
    }
    if (fast) {
      return true;
    }
    return groupStart >= window(Integer.MAX_VALUE);
  }

  /** Where the compressor's window begins when the group ends. */
  private int window(int end) {
    int base = dictionary ? Math.max(0, start - FastParser.PGZIP_DICTIONARY_BYTES) : 0;
    while (base + 2 * WINDOW - groupEnd < LOOKAHEAD && base + 2 * WINDOW < end) {
      base += WINDOW;
    }
    return base;
  }

  private static boolean has(byte[] lengths, int[] counts, int symbols) {
    for (int symbol = 0; symbol < symbols; symbol++) {
      if (counts[symbol] != 0 && lengths[symbol] == 0) {
        return false;
      }
    }
    return true;
  }
}
