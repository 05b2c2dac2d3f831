package io.deltaport.store.pack;

import io.deltaport.store.Storage;
import io.deltaport.util.Hex;
import io.deltaport.util.Sha256;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The checked footer of a pack.
 *
 * @param indexDigest SHA-256 of the index; not copied
 * @param flags of {@link PackFormat#FLAGS_KNOWN}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a record
record PackFooter(long indexOffset, long indexLength, int entries, byte[] indexDigest, int flags) {
  /**
   * Parses the last bytes of a pack.
   *
   * @param start where the footer starts in the pack
   */
  static PackFooter parse(String pack, long start, byte[] bytes) throws PackFormatException {
    ByteBuffer fields = ByteBuffer.wrap(bytes);
    long indexOffset = fields.getLong();
    long indexLength = fields.getLong();
    long entries = fields.getLong();
    byte[] indexDigest = new byte[Sha256.LENGTH_BYTES];
    fields.get(indexDigest);
    int version = fields.getInt();
    int flags = fields.getInt();
    byte[] magic = new byte[PackFormat.FOOT_MAGIC.length];
    fields.get(magic);
    byte[] digest = new byte[Sha256.LENGTH_BYTES];
    fields.get(digest);
    check(Arrays.equals(magic, PackFormat.FOOT_MAGIC), pack, start, "no footer: the pack is cut");
    check(
        version == PackFormat.VERSION && (flags & ~PackFormat.FLAGS_KNOWN) == 0,
        pack,
        start,
        "a newer version's footer");
    check(Hex.encode(digest).equals(pack), pack, start, "the footer belongs to another pack");
    check(
        entries >= 0
            && entries <= PackFormat.OBJECTS_MAX
            && indexLength == entries * entryBytes(flags)
            && indexOffset == start - indexLength
            && indexOffset >= PackFormat.HEAD_BYTES,
        pack,
        start,
        "the footer's index does not fit the pack");
    return new PackFooter(indexOffset, indexLength, (int) entries, indexDigest, flags);
  }

  /** Returns the bytes of one entry of an index with these flags. */
  static int entryBytes(int flags) {
    return PackFormat.ENTRY_BYTES
        + ((flags & PackFormat.FLAG_BASES) != 0 ? PackFormat.BASE_BYTES : 0);
  }

  /** Returns the bytes of one entry of the index. */
  int entryBytes() {
    return entryBytes(flags);
  }

  /** Tells whether an object may be stored in this way. */
  boolean allows(Storage storage) {
    int needed = storage.hasBase() ? PackFormat.FLAG_BASES : 0;
    needed |= storage == Storage.SHARED_FRAME ? PackFormat.FLAG_SHARED : 0;
    return (flags & needed) == needed;
  }

  private static void check(boolean valid, String pack, long start, String problem)
      throws PackFormatException {
    if (!valid) {
      throw new PackFormatException(pack, start, problem);
    }
  }
}
