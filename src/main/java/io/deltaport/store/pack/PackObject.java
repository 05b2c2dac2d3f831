package io.deltaport.store.pack;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectKind;
import io.deltaport.util.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;

/**
 * An object on its way into a pack, hashed as it comes. Not thread-safe.
 *
 * <p>Write exactly the announced number of bytes, ask for the {@link #checksum}, then {@link #keep}
 * it or {@link #rollBack} when the store turns out to hold the object already.
 */
public final class PackObject extends OutputStream {
  private final PackWriter writer;
  private final PackOutput out;
  private final FrameCompressor compressor;
  private final ObjectKind kind;
  private final long length;
  private final long start;
  private final MessageDigest digest = Sha256.newDigest();
  private long written;
  private Checksum checksum;

  PackObject(
      PackWriter writer, PackOutput out, FrameCompressor compressor, ObjectKind kind, long length) {
    this.writer = writer;
    this.out = out;
    this.compressor = compressor;
    this.kind = kind;
    this.length = length;
    this.start = out.position();
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    if (count > length - written) {
      throw new IOException("an object has more than the announced " + length + " bytes");
    }
    digest.update(bytes, offset, count);
    compressor.append(bytes, offset, count, out);
    written += count;
  }

  /**
   * Returns the object's name, after its last byte.
   *
   * @throws IOException if fewer bytes came than were announced
   */
  public Checksum checksum() throws IOException {
    if (checksum == null) {
      if (written != length) {
        throw new IOException(
            "an object has " + written + " of the announced " + length + " bytes");
      }
      checksum = new Checksum(digest.digest());
    }
    return checksum;
  }

  /**
   * Makes the object part of the pack, or rolls it back where the pack holds it already.
   *
   * @return whether it was new
   */
  public boolean keep() throws IOException {
    Checksum name = checksum();
    if (writer.contains(name)) {
      rollBack();
      return false;
    }
    compressor.end(out);
    writer.keep(new PackEntry(name, kind, start, out.position() - start, length));
    return true;
  }

  /** Takes everything that was written of this object out of the pack again. */
  public void rollBack() throws IOException {
    out.rollBack();
    writer.rolledBack();
  }
}
