package io.deltaport.ostree.staticdelta;

import io.deltaport.ostree.GVariant.Slice;
import io.deltaport.ostree.OstreeFormatException;

/** Reads the operations of a part one after the other. Used by one thread. */
final class OperationCursor {
  private static final int VARINT_BITS = 7;
  private static final int VARINT_MASK = (1 << VARINT_BITS) - 1;

  private final Slice operations;
  private int at;

  OperationCursor(Slice operations) {
    this.operations = operations;
    this.at = operations.from();
  }

  boolean hasNext() {
    return at < operations.to();
  }

  byte code() {
    return operations.bytes()[at++];
  }

  /** Reads a number below 2^63: none of a part's is as large. */
  long number() throws OstreeFormatException {
    long value = 0;
    for (int shift = 0; shift + VARINT_BITS < Long.SIZE; shift += VARINT_BITS) {
      if (!hasNext()) {
        throw new OstreeFormatException("an operation is cut");
      }
      byte next = operations.bytes()[at++];
      value |= (long) (next & VARINT_MASK) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new OstreeFormatException("an operation has an impossible number");
  }
}
