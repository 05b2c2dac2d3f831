package io.deltaport.store.pack;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdDictContentType;
import com.github.luben.zstd.ZstdDictDecompress;
import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectLocation;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.StoreLayout;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Semaphore;

/**
 * Decompresses frames of packs. Thread-safe; each stream belongs to one thread and holds native
 * memory until closed: its window, and the base where there is one.
 *
 * <p>Shared frames that were read last are kept, 8 MiB of them: objects that are neighbours there
 * and are read one after the other cost one decompression.
 */
final class Frames {
  private static final int MIB = 1 << 20;

  /** Two bases of a chain are in memory at a time while an object is opened. */
  private static final int HELD = 2;

  /**
   * MiB that the bases of all objects may take which are being opened in this process: a sixteenth
   * of the heap, but always enough for one.
   */
  private static final int OPENINGS_MIB =
      Math.clamp(
          Runtime.getRuntime().maxMemory() / 16 / MIB,
          HELD * (PackBounds.BASE_BYTES_MAX / MIB + 1),
          Integer.MAX_VALUE);

  private static final Semaphore OPENINGS = new Semaphore(OPENINGS_MIB, true);

  private final Driver driver;
  private final SharedFrameCache shared = new SharedFrameCache();

  Frames(Driver driver) {
    this.driver = driver;
  }

  /** Opens what a frame holds. */
  InputStream open(ObjectLocation location) throws IOException {
    return decompress(location);
  }

  /** Opens an object's part of a shared frame. */
  InputStream openShared(ObjectLocation location) throws IOException {
    byte[] content = shared.get(location);
    if (content == null) {
      content = readShared(location);
      shared.put(location, content);
    }
    long end = location.position() + location.length();
    if (location.position() < 0 || end > content.length || end < location.position()) {
      throw new PackFormatException(
          location.pack(), location.offset(), "a shared frame is shorter than its index says");
    }
    return new ByteArrayInputStream(content, (int) location.position(), (int) location.length());
  }

  /** Forgets a shared frame whose content is wrong: its pack may be written again. */
  void forget(ObjectLocation location) {
    shared.remove(location);
  }

  private byte[] readShared(ObjectLocation location) throws IOException {
    try (InputStream in = decompress(location)) {
      byte[] content = in.readNBytes(PackBounds.SHARED_FRAME_BYTES_MAX + 1);
      if (content.length > PackBounds.SHARED_FRAME_BYTES_MAX) {
        throw new PackFormatException(
            location.pack(), location.offset(), "a frame of too many objects");
      }
      return content;
    } catch (ZstdIOException | EOFException e) {
      throw new PackFormatException(
          location.pack(), location.offset(), "a shared frame is damaged", e);
    }
  }

  /**
   * Opens an object that is stored against another one. The chain of its ancestors is read from its
   * end, so that two of them are in memory at a time.
   *
   * @param verify whether ancestors are compared with their names
   * @throws PackFormatException with the pack of the ancestor that is damaged
   */
  InputStream openAgainst(ObjectLocation location, boolean verify) throws IOException {
    int mib = HELD * (int) Math.min(longestBase(location) / MIB + 1, OPENINGS_MIB / HELD);
    OPENINGS.acquireUninterruptibly(mib);
    try {
      ObjectLocation.Base base = location.base();
      return decompress(location, whole(base.object(), base.location(), verify));
    } finally {
      OPENINGS.release(mib);
    }
  }

  private static long longestBase(ObjectLocation location) {
    long longest = 0;
    for (ObjectLocation.Base base = location.base(); base != null; base = base.location().base()) {
      longest = Math.max(longest, base.location().length());
    }
    return longest;
  }

  /** Reads a base. Calls itself at most {@link ObjectLocation#ANCESTORS_MAX} times. */
  private byte[] whole(Checksum object, ObjectLocation location, boolean verify)
      throws IOException {
    if (location.length() > PackBounds.BASE_BYTES_MAX) {
      throw new PackFormatException(
          location.pack(), location.offset(), "the base " + object + " is too long");
    }
    InputStream in =
        switch (location.storage()) {
          case OWN_FRAME -> decompress(location);
          case SHARED_FRAME -> openShared(location);
          case AGAINST_BASE -> {
            ObjectLocation.Base base = location.base();
            yield decompress(location, whole(base.object(), base.location(), verify));
          }
          case HEADER_OF_BASE ->
              throw new PackFormatException(
                  location.pack(), location.offset(), "the base " + object + " is a header alone");
        };
    try (PackedObjectStream stream = new PackedObjectStream(this, object, location, verify, in)) {
      byte[] bytes = new byte[(int) location.length()];
      if (stream.readNBytes(bytes, 0, bytes.length) < bytes.length || stream.read() >= 0) {
        throw new PackFormatException(
            location.pack(), location.offset(), "the base " + object + " has another length");
      }
      return bytes;
    }
  }

  private InputStream decompress(ObjectLocation location, byte[] base) throws IOException {
    if (base.length == 0) {
      return decompress(location); // zstd knows no empty dictionary
    }
    ZstdDictDecompress dictionary = new ZstdDictDecompress(base, ZstdDictContentType.RAW_CONTENT);
    ZstdInputStreamNoFinalizer in = null;
    try {
      in = decompress(location);
      in.setDict(dictionary);
      return new WithDictionary(in, dictionary);
    } catch (IOException | RuntimeException | Error e) {
      try (dictionary) {
        if (in != null) {
          in.close();
        }
      }
      throw e;
    }
  }

  private ZstdInputStreamNoFinalizer decompress(ObjectLocation location) throws IOException {
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
    return in;
  }

  /** Frees the dictionary after the frame. */
  private static final class WithDictionary extends FilterInputStream {
    private final ZstdDictDecompress dictionary;

    WithDictionary(InputStream in, ZstdDictDecompress dictionary) {
      super(in);
      this.dictionary = dictionary;
    }

    @Override
    public void close() throws IOException {
      try (dictionary) {
        in.close();
      }
    }
  }
}
