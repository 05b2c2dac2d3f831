package io.deltaport.ostree.stream;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.deltaport.ostree.ObjectName;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * Writes objects one after the other. Not thread-safe; holds native memory until closed.
 *
 * <p>Without {@link #finish} the reader finds the stream cut.
 */
public final class ObjectStreamWriter implements AutoCloseable {
  private static final int COPY_BYTES = 64 << 10;

  private final ZstdOutputStreamNoFinalizer out;
  private final byte[] buffer = new byte[COPY_BYTES];
  private long count;

  /** Begins a stream; closing this closes {@code target}. */
  public ObjectStreamWriter(OutputStream target) throws IOException {
    target.write(ObjectStreamFormat.MAGIC);
    out =
        new ZstdOutputStreamNoFinalizer(
            target, RecyclingBufferPool.INSTANCE, ObjectStreamFormat.LEVEL);
  }

  /** Adds an object that is at hand. */
  public void add(ObjectName name, byte[] object) throws IOException {
    header(name, object.length);
    out.write(object);
  }

  /**
   * Adds an object of which the beginning is at hand.
   *
   * @param rest everything after {@code begin}
   * @param restBytes its length
   * @throws IOException if {@code rest} is shorter or longer
   */
  public void add(ObjectName name, byte[] begin, InputStream rest, long restBytes)
      throws IOException {
    header(name, Math.addExact(begin.length, restBytes));
    out.write(begin);
    long left = restBytes;
    for (int n = rest.read(buffer); n >= 0; n = rest.read(buffer)) {
      left -= n;
      if (left < 0) {
        throw new IOException("the object " + name + " is longer than it says");
      }
      out.write(buffer, 0, n);
    }
    if (left > 0) {
      throw new IOException("the object " + name + " is cut short by " + left + " bytes");
    }
  }

  private void header(ObjectName name, long length) throws IOException {
    out.write(
        ByteBuffer.allocate(ObjectStreamFormat.HEADER_BYTES)
            .put((byte) name.type().code())
            .put(name.checksum().bytes())
            .putLong(length)
            .array());
    count++;
  }

  /** Says that this is all. */
  public void finish() throws IOException {
    out.write(
        ByteBuffer.allocate(ObjectStreamFormat.END_BYTES)
            .put((byte) ObjectStreamFormat.END)
            .putLong(count)
            .array());
    out.close();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
