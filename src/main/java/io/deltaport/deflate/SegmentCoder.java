package io.deltaport.deflate;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Describes a segment as what a model does not predict of it, and makes it again from that. Not
 * thread-safe.
 *
 * <p>The description: a byte with flags, 1 for the stream's last segment and 2 for one behind which
 * the compressor saw nothing; the {@link Corrections} of the matches; the blocks as {@link
 * BlockCoder} has them; a byte with the padding behind the stream, if it is the last segment.
 */
public final class SegmentCoder {
  private static final int LAST = 1;
  private static final int FLUSHED = 2;

  private final Matches predicted = new Matches();
  private final BlockCoder blocks = new BlockCoder();
  private final SegmentWriter writer = new SegmentWriter();

  /** Returns the description of a segment under a model. */
  public byte[] describe(Segment segment, Model model) {
    predict(segment, model);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      out.write((segment.last ? LAST : 0) | (segment.flushed() ? FLUSHED : 0));
      Corrections.encode(predicted, segment.matches, segment.start, out);
      blocks.describe(segment, predicted, model, out);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    if (segment.last) {
      out.write(segment.finalPadding);
    }
    return out.toByteArray();
  }

  private void predict(Segment segment, Model model) {
    predicted.clear();
    model.parser().parse(segment.data, segment.start, segment.end, segment.limit, predicted);
  }

  /** Returns how many bytes the corrections of a segment's first matches take under a parser. */
  public int trial(Segment segment, Parser parser, int length) {
    int end = Math.min(segment.end, segment.start + length);
    predicted.clear();
    parser.parse(segment.data, segment.start, end, segment.limit, predicted);
    Matches actual = new Matches();
    for (int i = 0; i < segment.matches.count(); i++) {
      int position = segment.matches.position(i);
      if (position + segment.matches.length(i) > end) {
        break;
      }
      actual.add(position, segment.matches.length(i), segment.matches.distance(i));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      Corrections.encode(predicted, actual, segment.start, out);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return out.size();
  }

  /** Returns a segment's own bits, the first in the lowest bit of the first byte. */
  public byte[] verbatim(Segment segment) throws IOException {
    BitOutput out = new BitOutput((int) (segment.bits / Byte.SIZE) + 1);
    writer.write(segment, out);
    return out.toByteArray();
  }

  /**
   * Appends the bits of a segment of which the description is known.
   *
   * @param data with history in {@code [0, start)}, the segment's bytes up to {@code end} and, up
   *     to {@code available}, what follows them
   * @param out stands at the bit of its byte at which the segment begins
   * @throws DeflateFormatException if the description is none of these bytes
   */
  public void restore(
      ByteBuffer description,
      Model model,
      byte[] data,
      int start,
      int end,
      int available,
      BitOutput out)
      throws IOException {
    ByteBuffer in = description.duplicate();
    if (!in.hasRemaining()) {
      throw new DeflateFormatException("a description is empty");
    }
    int flags = in.get();
    Segment segment = new Segment(data, start);
    segment.end = end;
    segment.last = (flags & LAST) != 0;
    segment.flushed = (flags & FLUSHED) != 0;
    segment.limit = segment.flushed ? end : Math.min(available, end + Segment.LOOKAHEAD_BYTES);
    predict(segment, model);
    Corrections.apply(predicted, start, end, in, segment.matches);
    blocks.restore(segment, predicted, model, in);
    if (in.remaining() != (segment.last ? 1 : 0)) {
      throw new DeflateFormatException("a description has the wrong length");
    }
    segment.finalPadding = segment.last ? in.get() & 0x7f : 0;
    writer.write(segment, out);
  }
}
