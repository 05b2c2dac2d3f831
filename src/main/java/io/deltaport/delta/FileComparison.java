package io.deltaport.delta;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * Compares single files, for formats in which each file is made by itself. Thread-safe. A
 * comparison takes at most some 130 MiB of heap, whatever the files' sizes.
 */
public final class FileComparison {
  /** Takes the pieces of a file in order. */
  @FunctionalInterface
  public interface Patches {
    /** Continues the file with a piece that is made from the older file. */
    void patch(Patch patch) throws IOException;
  }

  private final ObjectReader objects;
  private final Path tempFolder;
  private final DeltaEffort effort;

  /**
   * Makes a comparison.
   *
   * @param tempFolder where files too large for memory are laid while they are compared
   */
  public FileComparison(ObjectReader objects, Path tempFolder, DeltaEffort effort) {
    this.objects = objects;
    this.tempFolder = tempFolder;
    this.effort = effort;
  }

  /** Says whether files of these lengths are compared in one piece. */
  public static boolean isOnePiece(long sourceLength, long targetLength) {
    return Math.max(sourceLength, targetLength) <= DeltaEngine.IN_MEMORY_MAX_BYTES;
  }

  /**
   * Compares files for which {@link #isOnePiece} holds.
   *
   * @throws EOFException if an object is shorter than its length
   */
  public Patch compare(SourceFile older, Checksum object, long length) throws IOException {
    byte[] source = read(older.object(), older.length());
    byte[] target = read(object, length);
    return new Patch(older, 0, source, target, BinaryDiff.compare(source, target, effort));
  }

  /**
   * Compares files of any length in pieces of some MiB.
   *
   * @throws EOFException if an object is shorter than its length
   */
  public void comparePieces(SourceFile older, Checksum object, long length, Patches patches)
      throws IOException {
    new LargeComparison(objects, tempFolder)
        .run(
            older,
            object,
            length,
            new LargeComparison.Pairs() {
              @Override
              public void makeRoom(long bytes) {}

              @Override
              public void pair(long at, byte[] target, long base, byte[] window)
                  throws IOException {
                EditScript script = BinaryDiff.compare(window, target, effort);
                patches.patch(new Patch(older, base, window, target, script));
              }
            });
  }

  private byte[] read(Checksum object, long length) throws IOException {
    try (InputStream in = objects.openContent(object)) {
      byte[] bytes = in.readNBytes(Math.toIntExact(length));
      if (bytes.length < length) {
        throw new EOFException("object " + object + " ends early");
      }
      return bytes;
    }
  }
}
