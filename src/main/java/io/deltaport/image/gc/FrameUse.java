package io.deltaport.image.gc;

import io.deltaport.store.pack.PackEntry;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts the bytes of a pack that nothing needs. Of a frame that several objects share each has a
 * part in proportion to its length. Not thread-safe; some 80 bytes for each frame.
 */
final class FrameUse {
  private final Map<Long, Frame> frames = new HashMap<>(); // by offset

  private static final class Frame {
    private long storedBytes;
    private long contentBytes;
    private long deadBytes;
    private boolean needed;
  }

  /** Takes an object of the pack, each once. */
  void add(PackEntry entry, boolean needed) {
    Frame frame = frames.computeIfAbsent(entry.offset(), offset -> new Frame());
    frame.storedBytes = entry.storedLength();
    frame.contentBytes += entry.length();
    frame.deadBytes += needed ? 0 : entry.length();
    frame.needed |= needed;
  }

  long deadBytes() {
    long bytes = 0;
    for (Frame frame : frames.values()) {
      bytes +=
          frame.needed
              ? (long) ((double) frame.storedBytes * frame.deadBytes / frame.contentBytes)
              : frame.storedBytes;
    }
    return bytes;
  }
}
