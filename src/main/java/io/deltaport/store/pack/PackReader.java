package io.deltaport.store.pack;

import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.util.Hex;
import io.deltaport.util.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads what a pack tells about itself. Immutable and thread-safe; holds no file open.
 *
 * <p>The format is described in docs/formats/pack.md.
 */
public final class PackReader {
  private static final int BUFFER_BYTES = 128 * 1024;

  private final Driver driver;
  private final String pack;
  private final PackFooter footer;

  private PackReader(Driver driver, String pack, PackFooter footer) {
    this.driver = driver;
    this.pack = pack;
    this.footer = footer;
  }

  /**
   * Reads header and footer of a pack.
   *
   * @param pack digest of the pack, 64 lowercase digits
   * @throws PackFormatException if it is damaged or not this pack
   * @throws java.nio.file.NoSuchFileException if it is not there
   */
  public static PackReader open(Driver driver, String pack) throws IOException {
    String key = StoreLayout.pack(pack);
    long length = driver.length(key);
    if (length < PackFormat.HEAD_BYTES + PackFormat.FOOT_BYTES) {
      throw new PackFormatException(pack, length, "the pack is cut");
    }
    checkHead(pack, read(driver, key, 0, PackFormat.HEAD_BYTES));
    long footerStart = length - PackFormat.FOOT_BYTES;
    byte[] bytes = read(driver, key, footerStart, PackFormat.FOOT_BYTES);
    return new PackReader(driver, pack, PackFooter.parse(pack, footerStart, bytes));
  }

  /** Returns the number of objects. */
  public int objects() {
    return footer.entries();
  }

  /** Returns the bytes of the pack. */
  public long length() {
    return footer.indexOffset() + footer.indexLength() + PackFormat.FOOT_BYTES;
  }

  /** Opens the index, in the order of the checksums; the caller closes it. */
  public PackIndexReader index() throws IOException {
    InputStream in =
        driver.read(StoreLayout.pack(pack), footer.indexOffset(), footer.indexLength());
    return new PackIndexReader(pack, footer, in);
  }

  /** Returns the whole index, some 100 bytes for each object. */
  public List<PackEntry> entries() throws IOException {
    List<PackEntry> all = new ArrayList<>();
    try (PackIndexReader index = index()) {
      for (PackEntry entry = index.next(); entry != null; entry = index.next()) {
        all.add(entry);
      }
    }
    return all;
  }

  /**
   * Reads the whole pack and compares its digest.
   *
   * @throws PackFormatException if a byte has changed
   */
  public void verify() throws IOException {
    MessageDigest digest = Sha256.newDigest();
    long hashed = length() - Sha256.LENGTH_BYTES;
    try (InputStream in = driver.read(StoreLayout.pack(pack), 0, hashed)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
        digest.update(buffer, 0, got);
      }
    }
    if (!Hex.encode(digest.digest()).equals(pack)) {
      throw new PackFormatException(pack, hashed, "the pack's digest differs");
    }
  }

  private static void checkHead(String pack, byte[] head) throws PackFormatException {
    ByteBuffer fields = ByteBuffer.wrap(head);
    byte[] magic = new byte[PackFormat.HEAD_MAGIC.length];
    fields.get(magic);
    if (!Arrays.equals(magic, PackFormat.HEAD_MAGIC)) {
      throw new PackFormatException(pack, 0, "not a pack");
    }
    if (fields.getInt() != PackFormat.VERSION || fields.getInt() != 0) {
      throw new PackFormatException(pack, magic.length, "a newer version of the format");
    }
  }

  private static byte[] read(Driver driver, String key, long offset, int length)
      throws IOException {
    try (InputStream in = driver.read(key, offset, length)) {
      return in.readNBytes(length);
    }
  }
}
