package io.deltaport.ostree.staticdelta;

import java.io.ByteArrayOutputStream;

/**
 * Writes a part's operations. Not thread-safe; memory is that of the operations.
 *
 * <p>Offsets count in the part's payload, but for {@link #write} while a source is set: there they
 * count in the source. Modes and xattrs are numbers in the part's tables.
 */
public final class OperationWriter {
  private static final int VARINT_BITS = 7;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** Makes a metadata object. */
  public void metadata(long length, long offset) {
    put(OperationCode.OPEN_SPLICE_AND_CLOSE, length, offset);
  }

  /** Makes a file, or a symbolic link whose target is in the payload. */
  public void file(int mode, int xattrs, long length, long offset) {
    put(OperationCode.OPEN_SPLICE_AND_CLOSE, mode, xattrs, length, offset);
  }

  /** Begins a regular file. */
  public void open(int mode, int xattrs, long length) {
    put(OperationCode.OPEN, mode, xattrs, length);
  }

  /** Continues the file from the source, or from the payload where none is set. */
  public void write(long length, long offset) {
    put(OperationCode.WRITE, length, offset);
  }

  /** Sets the object to read from; its checksum stands at an offset in the payload. */
  public void setReadSource(long checksumOffset) {
    put(OperationCode.SET_READ_SOURCE, checksumOffset);
  }

  /** Goes back to the payload. */
  public void unsetReadSource() {
    put(OperationCode.UNSET_READ_SOURCE);
  }

  /** Makes the whole of the open file from the source and a patch. */
  public void bspatch(long offset, long length) {
    put(OperationCode.BSPATCH, offset, length);
  }

  /** Ends the file; no source is set any more. */
  public void close() {
    put(OperationCode.CLOSE);
  }

  /** Returns the number of bytes so far. */
  public int length() {
    return bytes.size();
  }

  /** Returns the operations. */
  public byte[] toByteArray() {
    return bytes.toByteArray();
  }

  private void put(byte code, long... numbers) {
    bytes.write(code);
    for (long number : numbers) {
      long left = number;
      while (left >>> VARINT_BITS != 0) {
        bytes.write((int) left | 1 << VARINT_BITS);
        left >>>= VARINT_BITS;
      }
      bytes.write((int) left);
    }
  }
}
