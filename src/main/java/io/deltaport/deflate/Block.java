package io.deltaport.deflate;

/**
 * One deflate block of a segment, or a piece of one where a segment ends inside a long block.
 *
 * @param type {@link #STORED}, {@link #FIXED} or {@link #DYNAMIC}
 * @param begins whether the block's beginning is in this piece; if not, the codes of a dynamic
 *     block come from a header that stands in an earlier segment
 * @param ends whether its end is
 * @param last whether it is the stream's last block
 * @param start of its bytes in the segment's data
 * @param end of its bytes, exclusive
 * @param header a dynamic block's header behind the three bits of its type, also of a piece that
 *     does not begin the block; the two bytes of a stored block's length where it begins
 * @param headerBits length of the header in bits
 * @param padding the bits between a stored block's type and the next byte's boundary
 */
public record Block(
    int type,
    boolean begins,
    boolean ends,
    boolean last,
    int start,
    int end,
    byte[] header,
    int headerBits,
    int padding) {
  public static final int STORED = 0;
  public static final int FIXED = 1;
  public static final int DYNAMIC = 2;

  private static final byte[] NONE = {};

  static Block of(int type, boolean begins, boolean ends, boolean last, int start, int end) {
    return new Block(type, begins, ends, last, start, end, NONE, 0, 0);
  }

  Block with(byte[] header, int headerBits, int padding) {
    return new Block(type, begins, ends, last, start, end, header, headerBits, padding);
  }

  /**
   * Says whether this is what a flush leaves: a stored or, from pigz, a fixed block of no bytes.
   */
  boolean isMarker() {
    return type != DYNAMIC && !last && start == end && begins && ends;
  }
}
