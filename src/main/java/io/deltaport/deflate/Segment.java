package io.deltaport.deflate;

import java.util.ArrayList;
import java.util.List;

/**
 * A part of a deflate stream, small enough for memory, with what it stands for. Not thread-safe.
 *
 * <p>The segment's bytes are {@code data[start, end)}. Before them is history, which matches refer
 * to; {@code data[end, limit)} is what follows the segment.
 */
public final class Segment {
  /** A segment's end is looked for from here on. */
  public static final int TARGET_BYTES = 1 << 20;

  /** Longest segment. */
  public static final int LENGTH_MAX = 2 << 20;

  /** Most history that parsers get. */
  public static final int HISTORY_BYTES = 128 << 10;

  /** How much of what follows a segment parsers get. */
  public static final int LOOKAHEAD_BYTES = 512;

  /** Room that an array with a segment's bytes has behind them. */
  public static final int BEHIND_BYTES = LOOKAHEAD_BYTES + Parser.PADDING;

  static final int BLOCKS_MAX = 1 << 16;

  byte[] data;
  int start;
  int end;
  int limit;
  boolean last;
  boolean flushed;
  int finalPadding; // bits between the stream's end and the next byte's boundary
  long bits;
  final Matches matches = new Matches();
  final List<Block> blocks = new ArrayList<>();

  /** Makes a segment without blocks, to be filled. */
  Segment(byte[] data, int start) {
    this.data = data;
    this.start = start;
    this.end = start;
    this.limit = start;
  }

  /** Returns the segment's length in bytes of what it stands for. */
  public int length() {
    return end - start;
  }

  /** Returns the segment's length in bits of the deflate stream. */
  public long bits() {
    return bits;
  }

  /** Says whether the stream ends with this segment. */
  public boolean last() {
    return last;
  }

  /** Returns the array in which the segment's bytes are. */
  public byte[] data() {
    return data;
  }

  /** Returns where in {@link #data} the segment begins. */
  public int start() {
    return start;
  }

  public Matches matches() {
    return matches;
  }

  /** Says whether the compressor saw nothing of what follows: it was flushed, or at its end. */
  boolean flushed() {
    return flushed || last || (!blocks.isEmpty() && blocks.getLast().isMarker());
  }

  /**
   * Takes what follows the segment, as far as a compressor may have looked.
   *
   * @param next has at least as many bytes as parsers get, unless the stream ends before
   */
  public void lookAhead(byte[] next, int offset, int length) {
    int some = flushed() ? 0 : Math.min(length, LOOKAHEAD_BYTES);
    System.arraycopy(next, offset, data, end, some);
    limit = end + some;
  }
}
