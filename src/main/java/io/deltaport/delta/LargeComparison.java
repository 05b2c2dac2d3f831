package io.deltaport.delta;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectReader;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * Compares files of any size piece by piece: each chunk of the target with that window of the
 * source from which most of it seems to come. Memory does not depend on the files' sizes.
 */
final class LargeComparison {
  /** A piece of the target. */
  static final int CHUNK_BYTES = 4 << 20;

  /** What of the source a chunk is compared with; content may have moved by half of it unseen. */
  static final int WINDOW_BYTES = 12 << 20;

  /** Takes the pieces of the target in order, each with what of the source it resembles. */
  interface Pairs {
    /** Hears before a pair is read how much heap it and its comparison take. */
    void makeRoom(long bytes) throws IOException;

    /**
     * Asks whether a piece is known already, so that it needs no comparison.
     *
     * @param number of the piece, from 0 on
     * @param length bytes of the piece
     */
    default boolean isKnown(int number, int length) throws IOException {
      return false;
    }

    /**
     * Takes a piece.
     *
     * @param number of the piece, from 0 on
     * @param base where the window begins in the source
     */
    void pair(int number, byte[] target, long base, byte[] window) throws IOException;
  }

  private final ObjectReader objects;
  private final Path tempFolder;

  // How far the last chunk had moved; a chunk without anchors is looked for as far from its place.
  private long drift;

  LargeComparison(ObjectReader objects, Path tempFolder) {
    this.objects = objects;
    this.tempFolder = tempFolder;
  }

  /** Pairs the target file, but for the pieces that are known, with windows of the source. */
  void run(SourceFile older, Checksum object, long length, Pairs pairs) throws IOException {
    try (Files files = new Files(older, object)) {
      for (int number = 0; (long) number * CHUNK_BYTES < length; number++) {
        long at = (long) number * CHUNK_BYTES;
        int count = (int) Math.min(CHUNK_BYTES, length - at);
        if (pairs.isKnown(number, count)) {
          continue;
        }
        files.open();
        int windowBytes = (int) Math.min(WINDOW_BYTES, files.source.length());
        pairs.makeRoom(DeltaEngine.memoryBytes(windowBytes, count));
        byte[] target = files.chunk(at, count);
        long base = windowBase(files.anchors.find(target), at, files.source.length());
        byte[] window = new byte[windowBytes];
        files.source.readFully(base, window, 0, windowBytes);
        pairs.pair(number, target, base, window);
      }
    }
  }

  /** Both files, once a piece needs them. */
  private final class Files implements Closeable {
    private final SourceFile older;
    private final Checksum object;
    private AnchorIndex anchors;
    private RandomAccessContent source;
    private InputStream target;
    private long position;

    Files(SourceFile older, Checksum object) {
      this.older = older;
      this.object = object;
    }

    void open() throws IOException {
      if (source == null) {
        anchors = new AnchorIndex(older.length());
        try (InputStream old = objects.openContent(older.object())) {
          source = TempContent.copy(old, older.length(), tempFolder, anchors::append);
        }
        target = objects.openContent(object);
      }
    }

    byte[] chunk(long at, int count) throws IOException {
      target.skipNBytes(at - position);
      position = at + count;
      return readChunk(target, count, object);
    }

    @Override
    public void close() throws IOException {
      if (source != null) {
        source.close();
      }
      if (target != null) {
        target.close();
      }
    }
  }

  private static byte[] readChunk(InputStream in, int count, Checksum object) throws IOException {
    byte[] chunk = in.readNBytes(count);
    if (chunk.length < count) {
      throw new EOFException("object " + object + " ends early");
    }
    return chunk;
  }

  /** Returns where the window begins in which most of {@code places}, ascending, lie. */
  private long windowBase(long[] places, long at, long sourceLength) {
    int most = 0;
    long first = at + drift;
    long last = first + CHUNK_BYTES;
    for (int from = 0, to = 0; to < places.length; to++) {
      while (places[to] - places[from] > WINDOW_BYTES) {
        from++;
      }
      if (to - from + 1 > most) {
        most = to - from + 1;
        first = places[from];
        last = places[to];
      }
    }
    long base = first + (last - first) / 2 - WINDOW_BYTES / 2;
    drift = most == 0 ? drift : first + (last - first) / 2 - at - CHUNK_BYTES / 2;
    return Math.clamp(base, 0, Math.max(0, sourceLength - WINDOW_BYTES));
  }
}
