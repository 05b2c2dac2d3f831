package io.deltaport.delta;

import io.deltaport.store.ObjectReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Compares files of any size piece by piece: each chunk of the target with that window of the
 * source from which most of it seems to come. Memory does not depend on the files' sizes.
 */
final class LargeComparison {
  /** A piece of the target. */
  static final int CHUNK_BYTES = 4 << 20;

  /** What of the source a chunk is compared with; content may have moved by half of it unseen. */
  static final int WINDOW_BYTES = 12 << 20;

  private final ObjectReader objects;
  private final DeltaOptions options;
  private final StatisticsCounter statistics;

  // How far the last chunk had moved; a chunk without anchors is looked for as far from its place.
  private long drift;

  LargeComparison(ObjectReader objects, DeltaOptions options, StatisticsCounter statistics) {
    this.objects = objects;
    this.options = options;
    this.statistics = statistics;
  }

  /** Puts the edits of the whole target file into the queue. */
  void run(SourceFile older, TargetPart.Content content, WorkQueue queue) throws IOException {
    AnchorIndex anchors = new AnchorIndex(older.length());
    try (InputStream old = objects.openContent(older.object());
        RandomAccessContent source =
            TempContent.copy(old, older.length(), options.tempFolder(), anchors::append);
        InputStream in = objects.openContent(content.object())) {
      for (long at = 0; at < content.length(); at += CHUNK_BYTES) {
        int count = (int) Math.min(CHUNK_BYTES, content.length() - at);
        int windowBytes = (int) Math.min(WINDOW_BYTES, source.length());
        long bytes = DeltaEngine.memoryBytes(windowBytes, count);
        queue.makeRoom(bytes);
        byte[] target = readChunk(in, count, content);
        long base = windowBase(anchors.find(target), at, source.length());
        byte[] window = new byte[windowBytes];
        source.readFully(base, window, 0, windowBytes);
        int files = at == 0 ? 1 : 0;
        queue.submit(
            bytes,
            () ->
                DeltaEngine.output(
                    new Patch(older, base, window, target, BinaryDiff.compare(window, target)),
                    files,
                    statistics));
      }
    }
  }

  private static byte[] readChunk(InputStream in, int count, TargetPart.Content content)
      throws IOException {
    byte[] chunk = in.readNBytes(count);
    if (chunk.length < count) {
      throw new EOFException("object " + content.object() + " ends early");
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
