package io.deltaport.store.pack;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectKind;
import io.deltaport.store.Storage;
import io.deltaport.util.Sha256;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

/**
 * Hands out the rows of a pack's index one by one, in the order of the checksums, in constant
 * memory. Not thread-safe.
 *
 * <p>Only after the last row is the index's digest compared, so whoever stores rows does so in a
 * transaction that an exception rolls back.
 */
public final class PackIndexReader implements Closeable {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final String pack;
  private final PackFooter footer;
  private final InputStream in;
  private final MessageDigest digest = Sha256.newDigest();
  private int done;
  private boolean verified;
  private Checksum previous;

  PackIndexReader(String pack, PackFooter footer, InputStream in) {
    this.pack = pack;
    this.footer = footer;
    this.in = new BufferedInputStream(in, BUFFER_BYTES);
  }

  /**
   * Returns the next row, or null after the last one.
   *
   * @throws PackFormatException if the row or, at the end, the whole index is damaged
   */
  public PackEntry next() throws IOException {
    if (done == footer.entries()) {
      checkDigest();
      return null;
    }
    byte[] row = in.readNBytes(footer.entryBytes());
    check(row.length == footer.entryBytes(), "the index is cut");
    digest.update(row);
    PackEntry entry = parse(row);
    check(previous == null || previous.compareTo(entry.object()) < 0, "the index is not sorted");
    previous = entry.object();
    done++;
    return entry;
  }

  private PackEntry parse(byte[] row) throws PackFormatException {
    ByteBuffer fields = ByteBuffer.wrap(row);
    long offset = fields.getLong(PackFormat.ENTRY_OFFSET_AT);
    long storedLength = fields.getLong(PackFormat.ENTRY_STORED_LENGTH_AT);
    long length = fields.getLong(PackFormat.ENTRY_LENGTH_AT);
    Optional<ObjectKind> kind = ObjectKind.ofCode(fields.get(PackFormat.ENTRY_KIND_AT));
    check(kind.isPresent(), "an object of unknown kind");
    Storage storage = storage(row);
    check(
        offset >= PackFormat.HEAD_BYTES
            && storedLength > 0
            && length >= 0
            && offset <= footer.indexOffset()
            && storedLength <= footer.indexOffset() - offset,
        "an object outside the pack");
    Checksum object = new Checksum(Arrays.copyOf(row, PackFormat.ENTRY_OFFSET_AT));
    long position = Integer.toUnsignedLong(fields.getInt(PackFormat.ENTRY_POSITION_AT));
    check(
        storage != Storage.SHARED_FRAME
            || (length <= PackBounds.SHARED_FRAME_BYTES_MAX
                && position <= PackBounds.SHARED_FRAME_BYTES_MAX - length),
        "a frame of too many objects");
    check(
        storage != Storage.HEADER_OF_BASE || kind.get() == ObjectKind.FILE,
        "an object that is no file has the content of another");
    Checksum base =
        storage.hasBase()
            ? new Checksum(Arrays.copyOfRange(row, PackFormat.ENTRY_BYTES, row.length))
            : null;
    check(!object.equals(base), "an object is its own base");
    return new PackEntry(object, kind.get(), offset, storedLength, length, storage, position, base);
  }

  private Storage storage(byte[] row) throws PackFormatException {
    Optional<Storage> storage =
        Storage.ofCode(row[PackFormat.ENTRY_STORAGE_AT]).filter(footer::allows);
    check(
        storage.isPresent()
            && (storage.get() == Storage.SHARED_FRAME
                || isZero(row, PackFormat.ENTRY_POSITION_AT, PackFormat.ENTRY_POSITION_END))
            && isZero(row, PackFormat.ENTRY_POSITION_END, PackFormat.ENTRY_BYTES)
            && (storage.get().hasBase() || isZero(row, PackFormat.ENTRY_BYTES, row.length)),
        "an object stored in a way of a newer version");
    return storage.get();
  }

  private static boolean isZero(byte[] row, int from, int to) {
    for (int at = from; at < to; at++) {
      if (row[at] != 0) {
        return false;
      }
    }
    return true;
  }

  private void checkDigest() throws PackFormatException {
    if (!verified) {
      check(Arrays.equals(digest.digest(), footer.indexDigest()), "the index's digest differs");
      verified = true;
    }
  }

  private void check(boolean valid, String problem) throws PackFormatException {
    if (!valid) {
      long at = footer.indexOffset() + (long) done * footer.entryBytes();
      throw new PackFormatException(pack, at, problem);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
