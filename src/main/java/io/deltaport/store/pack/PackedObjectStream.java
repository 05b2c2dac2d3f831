package io.deltaport.store.pack;

import com.github.luben.zstd.ZstdIOException;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.ContentHeader;
import io.deltaport.store.ObjectLocation;
import io.deltaport.store.Storage;
import io.deltaport.util.PieceInputStream;
import io.deltaport.util.Sha256;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
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
final class PackedObjectStream extends PieceInputStream {
  // u32 size of the header, then four zero bytes.
  private static final int FRAMING_BYTES = 8;
  private static final int HEADER_BYTES_MAX = FRAMING_BYTES + ContentHeader.LENGTH_BYTES_MAX;

  private final Frames frames;
  private final Checksum object;
  private final ObjectLocation location;
  private final MessageDigest digest; // null when the name is not verified
  private final InputStream in;
  private long remaining;
  private boolean checked;

  /**
   * Checks a stream.
   *
   * @param in gives what should be the object stream; closed together with this
   */
  PackedObjectStream(
      Frames frames, Checksum object, ObjectLocation location, boolean verify, InputStream in) {
    this.frames = frames;
    this.object = object;
    this.location = location;
    this.digest = verify ? Sha256.newDigest() : null;
    this.in = in;
    this.remaining = location.length();
  }

  /** Opens an object stream; a header that is stored alone is followed by its base's content. */
  static PackedObjectStream open(
      Frames frames, Checksum object, ObjectLocation location, boolean verify) throws IOException {
    InputStream in =
        switch (location.storage()) {
          case OWN_FRAME -> frames.open(location);
          case AGAINST_BASE -> frames.openAgainst(location, verify);
          case SHARED_FRAME -> frames.openShared(location);
          case HEADER_OF_BASE -> based(frames, object, location);
        };
    return new PackedObjectStream(frames, object, location, verify, in);
  }

  /** Opens the content of a file, which is the base's where only the header is its own. */
  static InputStream openContent(
      Frames frames, Checksum object, ObjectLocation location, boolean verify) throws IOException {
    PackedObjectStream in =
        location.storage() == Storage.HEADER_OF_BASE
            ? open(frames, location.base().object(), location.base().location(), verify)
            : open(frames, object, location, verify);
    try {
      in.skipHeader();
      return in;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  /** Returns the framed header of a file that is stored as its header alone. */
  static byte[] header(Frames frames, Checksum object, ObjectLocation location) throws IOException {
    try (InputStream in = frames.open(location)) {
      byte[] header = in.readNBytes(HEADER_BYTES_MAX + 1);
      if (header.length > HEADER_BYTES_MAX || header.length > location.length()) {
        throw new PackFormatException(
            location.pack(), location.offset(), "the header of object " + object + " is too long");
      }
      return header;
    } catch (ZstdIOException | EOFException e) {
      throw new PackFormatException(
          location.pack(), location.offset(), "object " + object + " is damaged", e);
    }
  }

  private static InputStream based(Frames frames, Checksum object, ObjectLocation location)
      throws IOException {
    byte[] header = header(frames, object, location);
    ObjectLocation.Base base = location.base();
    return new SequenceInputStream(
        new ByteArrayInputStream(header),
        openContent(frames, base.object(), base.location(), false));
  }

  private void skipHeader() throws IOException {
    ByteBuffer framing = ByteBuffer.wrap(readNBytes(FRAMING_BYTES));
    long size = framing.remaining() < FRAMING_BYTES ? -1 : Integer.toUnsignedLong(framing.getInt());
    check(
        size >= 0 && framing.getInt() == 0 && size <= location.length() - FRAMING_BYTES,
        "not a content object");
    try {
      skipNBytes(size);
    } catch (EOFException e) {
      throw new PackFormatException(
          location.pack(), location.offset(), "a content object is cut", e);
    }
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
      frames.forget(location);
      // Of a file that is stored as its header almost every byte comes from elsewhere.
      ObjectLocation from =
          location.storage() == Storage.HEADER_OF_BASE ? location.base().location() : location;
      throw new PackFormatException(from.pack(), from.offset(), problem);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
