package io.deltaport.deflate;

import java.io.IOException;
import java.util.Arrays;

/**
 * Reads one deflate stream (RFC 1951) segment by segment, as the choices that its compressor made.
 * Not thread-safe. Takes memory for one segment.
 *
 * <p>Segments end behind flushes, else behind a block, else inside one where a compressor's input
 * may have been cut.
 */
final class SegmentReader {
  /** A flush ends a segment from this length on. */
  private static final int FLUSH_BYTES = 64 << 10;

  /** Blocks without content, or with much of it in few bytes, do not go on for ever. */
  private static final long BITS_MAX = (long) Segment.LENGTH_MAX * Byte.SIZE;

  /** Compressors that work on pieces of their input take this many bytes, Go's among them. */
  private static final int PIECE_BYTES = 65_535;

  private final BitInput in;
  private final CodesReader codes = new CodesReader();
  private byte[] history = {};

  // The block that goes on in the next segment.
  private boolean inBlock;
  private boolean lastBlock;
  private int type;
  private int storedLeft;
  private long blockBytes;

  SegmentReader(BitInput in) {
    this.in = in;
  }

  /**
   * Reads the next segment.
   *
   * @throws DeflateFormatException if the stream is none, or is made in a way that no compressor
   *     has: a match of 258 bytes by the symbol for shorter ones
   */
  Segment next() throws IOException {
    byte[] data =
        Arrays.copyOf(history, history.length + Segment.LENGTH_MAX + Segment.BEHIND_BYTES);
    Segment segment = new Segment(data, history.length);
    long from = in.position();
    do {
      readBlock(segment);
    } while (!isComplete(segment) && in.position() - from < BITS_MAX);
    if (segment.last) {
      segment.finalPadding = (int) in.take(in.bitsToByte());
    }
    segment.limit = segment.end;
    segment.bits = in.position() - from;
    int kept = Math.min(segment.end, Segment.HISTORY_BYTES);
    history = Arrays.copyOfRange(data, segment.end - kept, segment.end);
    return segment;
  }

  private boolean isComplete(Segment segment) throws IOException {
    if (segment.last || inBlock || segment.blocks.size() >= Segment.BLOCKS_MAX) {
      return true;
    }
    int length = segment.length();
    if (segment.blocks.getLast().isMarker()) {
      return length >= FLUSH_BYTES;
    }
    return length >= Segment.TARGET_BYTES && !markerFollows();
  }

  private boolean markerFollows() throws IOException {
    in.fill();
    long header = in.peek();
    int aligned = 3 + (in.available() - 3 & (Byte.SIZE - 1));
    return in.available() >= aligned + Integer.SIZE
        && (header & 7) == 0
        && (int) (header >>> aligned) == 0xffff0000;
  }

  private void readBlock(Segment segment) throws IOException {
    boolean begins = !inBlock;
    int start = segment.end;
    int padding = 0;
    byte[] storedHeader = {};
    if (begins) {
      lastBlock = in.take(1) == 1;
      type = (int) in.take(2);
      blockBytes = 0;
      switch (type) {
        case Block.STORED -> {
          padding = (int) in.take(in.bitsToByte());
          storedLeft = readStoredLength();
          storedHeader = new byte[] {(byte) storedLeft, (byte) (storedLeft >>> Byte.SIZE)};
        }
        case Block.FIXED -> codes.setFixed();
        case Block.DYNAMIC -> codes.read(in);
        default -> throw new DeflateFormatException("a block has the type 3");
      }
    }
    boolean ended = type == Block.STORED ? copyStored(segment) : readTokens(segment);
    inBlock = !ended;
    segment.last = ended && lastBlock;
    Block block = Block.of(type, begins, ended, lastBlock, start, segment.end);
    segment.blocks.add(
        type == Block.DYNAMIC
            ? block.with(codes.header(), codes.headerBits(), 0)
            : block.with(storedHeader, storedHeader.length * Byte.SIZE, padding));
  }

  private int readStoredLength() throws IOException {
    int length = (int) in.take(Short.SIZE);
    int inverted = (int) in.take(Short.SIZE);
    if ((length ^ inverted) != 0xffff) {
      throw new DeflateFormatException("a stored block's length is damaged");
    }
    return length;
  }

  private boolean copyStored(Segment segment) throws IOException {
    int some = Math.min(storedLeft, segment.start + Segment.LENGTH_MAX - segment.end);
    in.take(segment.data, segment.end, some);
    segment.end += some;
    storedLeft -= some;
    return storedLeft == 0;
  }

  /** Reads tokens to the block's end, or to where the segment must end. */
  private boolean readTokens(Segment segment) throws IOException {
    byte[] data = segment.data;
    Matches matches = segment.matches;
    HuffmanDecoder literals = codes.literals();
    HuffmanDecoder distances = codes.distances();
    int from = segment.end;
    int at = from;
    int hardEnd = segment.start + Segment.LENGTH_MAX - Symbols.MATCH_MAX;
    int target = Math.min(segment.start + Segment.TARGET_BYTES, hardEnd);
    while (true) {
      if (at >= target
          && (at >= hardEnd || (at > from && (blockBytes + (at - from)) % PIECE_BYTES == 0))) {
        segment.end = at;
        blockBytes += at - from;
        in.check();
        return false;
      }
      in.fill();
      int literal = literals.decode(in.peek());
      if (literal < 0) {
        throw new DeflateFormatException("a code that stands for nothing");
      }
      in.drop(literal & 15);
      int symbol = literal >>> 4;
      if (symbol < Symbols.END_OF_BLOCK) {
        data[at++] = (byte) symbol;
        in.check();
        continue;
      }
      if (symbol == Symbols.END_OF_BLOCK) {
        segment.end = at;
        in.check();
        return true;
      }
      int length = length(symbol);
      int distance = distance(distances);
      in.check();
      if (distance > at) {
        throw new DeflateFormatException("a match reaches before the beginning");
      }
      matches.add(at, length, distance);
      copy(data, at, length, distance);
      at += length;
    }
  }

  private int length(int symbol) throws DeflateFormatException {
    int index = symbol - Symbols.FIRST_LENGTH;
    if (index >= Symbols.LENGTH_BASE.length) {
      throw new DeflateFormatException("a length that is not in the alphabet");
    }
    int extra = Symbols.LENGTH_EXTRA[index];
    int length = Symbols.LENGTH_BASE[index] + (int) (in.peek() & ((1 << extra) - 1));
    in.drop(extra);
    if (length == Symbols.MATCH_MAX && extra > 0) {
      throw new DeflateFormatException("the longest match has the symbol of shorter ones");
    }
    return length;
  }

  private int distance(HuffmanDecoder distances) throws DeflateFormatException {
    int distance = distances.decode(in.peek());
    int symbol = distance >>> 4;
    if (distance < 0 || symbol >= Symbols.DISTANCES) {
      throw new DeflateFormatException("a distance that is not in the alphabet");
    }
    in.drop(distance & 15);
    int extra = Symbols.DISTANCE_EXTRA[symbol];
    int result = Symbols.DISTANCE_BASE[symbol] + (int) (in.peek() & ((1 << extra) - 1));
    in.drop(extra);
    return result;
  }

  private static void copy(byte[] data, int at, int length, int distance) {
    if (distance >= length) {
      System.arraycopy(data, at - distance, data, at, length);
      return;
    }
    for (int i = 0; i < length; i++) {
      data[at + i] = data[at + i - distance];
    }
  }
}
