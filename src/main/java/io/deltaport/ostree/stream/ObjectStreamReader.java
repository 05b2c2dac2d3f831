package io.deltaport.ostree.stream;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.ObjectName;
import io.deltaport.ostree.ObjectType;
import io.deltaport.ostree.OstreeFormatException;
import io.deltaport.util.PieceInputStream;
import io.deltaport.util.Sha256;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/**
 * Reads objects one after the other. Not thread-safe; holds native memory until closed. Checks the
 * framing only: whoever takes the objects checks them against their names.
 */
public final class ObjectStreamReader implements AutoCloseable {
  private final ZstdInputStreamNoFinalizer in;
  private final long objectsMax;
  private final long bytesMax;
  private long count;
  private long bytes;
  private Entry current;
  private boolean ended;

  /** An object: {@code content} gives exactly {@code length} bytes, or fails. */
  public record Entry(ObjectName name, long length, InputStream content) {}

  /**
   * Begins to read; closing this closes {@code source}.
   *
   * @param objectsMax most objects that are taken
   * @param bytesMax most bytes that all objects together may have, when expanded
   * @throws OstreeFormatException if this is no stream of objects
   */
  public ObjectStreamReader(InputStream source, long objectsMax, long bytesMax) throws IOException {
    byte[] magic = source.readNBytes(ObjectStreamFormat.MAGIC.length);
    if (!Arrays.equals(magic, ObjectStreamFormat.MAGIC)) {
      throw new OstreeFormatException("this is no stream of OSTree objects");
    }
    in = new ZstdInputStreamNoFinalizer(source, RecyclingBufferPool.INSTANCE);
    in.setLongMax(ObjectStreamFormat.WINDOW_LOG_MAX);
    this.objectsMax = objectsMax;
    this.bytesMax = bytesMax;
  }

  /**
   * Returns the next object, or null at the proper end. What was left of the one before is skipped.
   *
   * @throws OstreeFormatException if the stream is malformed, cut, or has too much
   */
  public Entry next() throws IOException {
    if (ended) {
      return null;
    }
    if (current != null) {
      current.content().transferTo(java.io.OutputStream.nullOutputStream());
      current = null;
    }
    int code = exactly(1)[0] & 0xff;
    if (code == ObjectStreamFormat.END) {
      end();
      return null;
    }
    ObjectType type =
        ObjectType.ofCode(code)
            .orElseThrow(() -> new OstreeFormatException("there is no type of objects " + code));
    ByteBuffer rest = ByteBuffer.wrap(exactly(ObjectStreamFormat.HEADER_BYTES - 1));
    byte[] checksum = new byte[Sha256.LENGTH_BYTES];
    rest.get(checksum);
    ObjectName name = new ObjectName(type, new Checksum(checksum));
    long length = rest.getLong();
    if (length < 0 || length > bytesMax - bytes) {
      throw new OstreeFormatException("the object " + name + " is too long for one stream");
    }
    if (++count > objectsMax) {
      throw new OstreeFormatException("one stream has at most " + objectsMax + " objects");
    }
    bytes += length;
    current = new Entry(name, length, new Content(name, length));
    return current;
  }

  private void end() throws IOException {
    long said = ByteBuffer.wrap(exactly(Long.BYTES)).getLong();
    if (said != count || read(new byte[1], 0, 1) >= 0) {
      throw new OstreeFormatException("the stream does not end as it says");
    }
    ended = true;
  }

  private byte[] exactly(int length) throws IOException {
    byte[] read = new byte[length];
    int got = 0;
    while (got < length) {
      int n = read(read, got, length - got);
      if (n < 0) {
        throw new OstreeFormatException("the stream is cut");
      }
      got += n;
    }
    return read;
  }

  private int read(byte[] into, int offset, int length) throws IOException {
    try {
      return in.read(into, offset, length);
    } catch (ZstdIOException | EOFException e) {
      throw new OstreeFormatException("the stream is cut or damaged: " + e.getMessage());
    }
  }

  /** The bytes of one object. */
  private final class Content extends PieceInputStream {
    private final ObjectName name;
    private long left;

    Content(ObjectName name, long length) {
      this.name = name;
      this.left = length;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, into.length);
      if (length == 0) {
        return 0;
      }
      if (left == 0) {
        return -1;
      }
      int n = ObjectStreamReader.this.read(into, offset, (int) Math.min(length, left));
      if (n < 0) {
        throw new OstreeFormatException("the stream is cut in the object " + name);
      }
      left -= n;
      return n;
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
