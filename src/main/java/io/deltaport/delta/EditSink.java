package io.deltaport.delta;

import java.io.IOException;

/**
 * Hears how a target is made from a source, in the order of the target. Each format's writer
 * implements it.
 *
 * <p>Offsets and lengths are in bytes, lengths are positive, and the pieces follow each other
 * without gap or overlap: a target offset is always the sum of the lengths before it.
 */
public interface EditSink {
  /** The target's bytes are the source's bytes. */
  void copy(long sourceOffset, long targetOffset, long length) throws IOException;

  /** The target's bytes resemble the source's; the difference of each pair is worth writing. */
  void add(long sourceOffset, long targetOffset, long length) throws IOException;

  /** The target's bytes have nothing to do with the source. */
  void literal(long targetOffset, long length) throws IOException;
}
