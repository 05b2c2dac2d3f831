package io.deltaport.delta;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectReader;
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
     * Takes a piece.
     *
     * @param at where it begins in the target
     * @param base where the window begins in the source
     */
    void pair(long at, byte[] target, long base, byte[] window) throws IOException;
  }

  private final ObjectReader objects;
  private final Path tempFolder;

  // How far the last chunk had moved; a chunk without anchors is looked for as far from its place.
  private long drift;

  LargeComparison(ObjectReader objects, Path tempFolder) {
    this.objects = objects;
    this.tempFolder = tempFolder;
  }

  /** Pairs the whole target file with windows of the source. */
  void run(SourceFile older, Checksum object, long length, Pairs pairs) throws IOException {
    AnchorIndex anchors = new AnchorIndex(older.length());
    try (InputStream old = objects.openContent(older.object());
        RandomAccessContent source =
            TempContent.copy(old, older.length(), tempFolder, anchors::append);
        InputStream in = objects.openContent(object)) {
      for (long at = 0; at < length; at += CHUNK_BYTES) {
        int count = (int) Math.min(CHUNK_BYTES, length - at);
        int windowBytes = (int) Math.min(WINDOW_BYTES, source.length());
        pairs.makeRoom(DeltaEngine.memoryBytes(windowBytes, count));
        byte[] target = readChunk(in, count, object);
        long base = windowBase(anchors.find(target), at, source.length());
        byte[] window = new byte[windowBytes];
        source.readFully(base, window, 0, windowBytes);
        pairs.pair(at, target, base, window);
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
