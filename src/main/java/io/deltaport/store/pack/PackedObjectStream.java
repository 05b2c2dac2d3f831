package io.deltaport.store.pack;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectLocation;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.util.Sha256;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Objects;

/**
 * An object stream out of a pack, checked for its length and, when asked, for its name. Not
 * thread-safe; holds native memory until closed.
 *
 * <p>The checks are made before the last bytes are handed out, so whoever got all bytes has the
 * right ones.
 */
final class PackedObjectStream extends InputStream {
  private final Checksum object;
  private final ObjectLocation location;
  private final MessageDigest digest; // null when the name is not verified
  private final ZstdInputStreamNoFinalizer in;
  private long remaining;
  private boolean checked;

  private PackedObjectStream(
      Checksum object, ObjectLocation location, boolean verify, ZstdInputStreamNoFinalizer in) {
    this.object = object;
    this.location = location;
    this.digest = verify ? Sha256.newDigest() : null;
    this.in = in;
    this.remaining = location.length();
  }

  static PackedObjectStream open(
      Driver driver, Checksum object, ObjectLocation location, boolean verify) throws IOException {
    String key = StoreLayout.pack(location.pack());
    InputStream frame;
    try {
      frame = driver.read(key, location.offset(), location.storedLength());
    } catch (EOFException e) {
      throw new PackFormatException(location.pack(), location.offset(), "the pack is cut", e);
    }
    ZstdInputStreamNoFinalizer in =
        new ZstdInputStreamNoFinalizer(frame, RecyclingBufferPool.INSTANCE);
    in.setLongMax(PackFormat.WINDOW_LOG_MAX);
    return new PackedObjectStream(object, location, verify, in);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    if (count == 0) {
      return 0;
    }
    if (remaining == 0) {
      checkEnd();
      return -1;
    }
    int got = decompress(bytes, offset, (int) Math.min(count, remaining));
    check(got > 0, "the object is shorter than its index says");
    if (digest != null) {
      digest.update(bytes, offset, got);
    }
    remaining -= got;
    if (remaining == 0) {
      checkEnd();
    }
    return got;
  }

  private void checkEnd() throws IOException {
    if (!checked) {
      check(decompress(new byte[1], 0, 1) < 0, "the object is longer than its index says");
      check(
          digest == null || Arrays.equals(digest.digest(), object.bytes()),
          "the content is not that of object " + object);
      checked = true;
    }
  }

  private int decompress(byte[] bytes, int offset, int count) throws IOException {
    try {
      return in.read(bytes, offset, count);
    } catch (ZstdIOException | EOFException e) {
      throw new PackFormatException(
          location.pack(), location.offset(), "object " + object + " is damaged", e);
    }
  }

  private void check(boolean valid, String problem) throws PackFormatException {
    if (!valid) {
      throw new PackFormatException(location.pack(), location.offset(), problem);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
