package io.deltaport.ostree.staticdelta;

/** What a part's operations are called on the wire: one byte, then unsigned varints. */
final class OperationCode {
  /**
   * Metadata: length, offset. File: mode, xattrs, length, offset. A whole object from the payload.
   */
  static final byte OPEN_SPLICE_AND_CLOSE = 'S';

  /** Mode, xattrs, length: begins a file. */
  static final byte OPEN = 'o';

  /** Length, offset: bytes from the source if one is set, otherwise from the payload. */
  static final byte WRITE = 'w';

  /** Offset of 32 bytes in the payload: the checksum of the object to read. */
  static final byte SET_READ_SOURCE = 'r';

  /** The payload is read again. */
  static final byte UNSET_READ_SOURCE = 'R';

  /** Ends the file and takes the source away. */
  static final byte CLOSE = 'c';

  /** Offset, length: a bsdiff patch in the payload that makes the whole file from the source. */
  static final byte BSPATCH = 'B';

  private OperationCode() {}
}
