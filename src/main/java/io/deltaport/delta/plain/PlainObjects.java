package io.deltaport.delta.plain;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectReader;
import io.deltaport.util.Sha256;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.Deflater;

/**
 * Objects, and compressed ones as if they were plain: those are expanded each time that they are
 * read, nothing is stored. Thread-safe; some 300 bytes of memory for each compressed object.
 */
public final class PlainObjects implements ObjectReader {
  /** Far above any module or firmware; a file that expands to more is left as it is. */
  public static final long PLAIN_BYTES_MAX = 1L << 30;

  private static final int BUFFER_BYTES = 64 << 10;

  private final ObjectReader objects;
  private final long plainBytesMax;
  private final Map<Packed, Optional<PlainFile>> files = new ConcurrentHashMap<>();
  private final Map<Checksum, Packed> byPlain = new ConcurrentHashMap<>();

  private record Packed(Checksum object, PlainEncoding encoding) {}

  /** Makes a view of objects. */
  public PlainObjects(ObjectReader objects) {
    this(objects, PLAIN_BYTES_MAX);
  }

  PlainObjects(ObjectReader objects, long plainBytesMax) {
    this.objects = objects;
    this.plainBytesMax = plainBytesMax;
  }

  /**
   * Returns the plain form of an object, expanding it once; empty if it is damaged, is not what its
   * name says, or expands to more than {@value #PLAIN_BYTES_MAX} bytes.
   *
   * @throws IOException if the object is not there
   */
  public Optional<PlainFile> plain(Checksum object, PlainEncoding encoding) throws IOException {
    Packed packed = new Packed(object, encoding);
    Optional<PlainFile> known = files.get(packed);
    if (known == null) {
      known = measure(packed);
      known.ifPresent(file -> byPlain.putIfAbsent(file.object(), packed));
      files.put(packed, known);
    }
    return known;
  }

  private Optional<PlainFile> measure(Packed packed) throws IOException {
    try (Counted counted = new Counted(objects.openContent(packed.object));
        Deflated deflated = new Deflated()) {
      MessageDigest digest = Sha256.newDigest();
      long plainBytes = 0;
      try (InputStream in = packed.encoding.expand(counted)) {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          plainBytes += count;
          if (plainBytes > plainBytesMax) {
            return Optional.empty();
          }
          digest.update(buffer, 0, count);
          deflated.add(buffer, count);
        }
      } catch (IOException e) {
        if (counted.failed) {
          throw e;
        }
        return Optional.empty();
      }
      if (counted.bytes == 0) {
        return Optional.empty();
      }
      Checksum name = new Checksum(digest.digest());
      return Optional.of(new PlainFile(name, counted.bytes, plainBytes, deflated.finish()));
    }
  }

  @Override
  public InputStream open(Checksum object) throws IOException {
    return objects.open(object);
  }

  @Override
  public InputStream openContent(Checksum object) throws IOException {
    Packed packed = byPlain.get(object);
    return packed == null
        ? objects.openContent(object)
        : packed.encoding.expand(objects.openContent(packed.object));
  }

  @Override
  public Map<Checksum, Long> lengths(Collection<Checksum> wanted) throws IOException {
    return objects.lengths(wanted);
  }

  /** Counts what is read, and knows whether it was reading that failed. */
  private static final class Counted extends FilterInputStream {
    private long bytes;
    private boolean failed;

    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      try {
        int count = in.read(target, offset, length);
        bytes += Math.max(0, count);
        return count;
      } catch (IOException e) {
        failed = true;
        throw e;
      }
    }
  }

  /** Counts what gzip would make. */
  private static final class Deflated implements AutoCloseable {
    private final Deflater deflater = new Deflater();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private long bytes;

    void add(byte[] input, int count) {
      deflater.setInput(input, 0, count);
      while (!deflater.needsInput()) {
        bytes += deflater.deflate(buffer);
      }
    }

    long finish() {
      deflater.finish();
      while (!deflater.finished()) {
        bytes += deflater.deflate(buffer);
      }
      return bytes;
    }

    @Override
    public void close() {
      deflater.end();
    }
  }
}
