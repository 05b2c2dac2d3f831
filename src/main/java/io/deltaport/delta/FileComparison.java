package io.deltaport.delta;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Compares single files, or remembers how they compare. Thread-safe. A comparison takes at most
 * some 130 MiB of heap, whatever the files' sizes.
 */
public final class FileComparison {
  /** A patch and what it makes. */
  public record Compared(Patch patch, byte[] target) {}

  /** Takes the pieces of a file in order. */
  @FunctionalInterface
  public interface Patches {
    /** Continues the file with a piece that is made from the older file. */
    void patch(Compared piece) throws IOException;
  }

  private final ObjectReader objects;
  private final Path tempFolder;
  private final DeltaEffort effort;
  private final PatchCache cache;

  /**
   * Makes a comparison.
   *
   * @param tempFolder where files too large for memory are laid while they are compared
   */
  public FileComparison(
      ObjectReader objects, Path tempFolder, DeltaEffort effort, PatchCache cache) {
    this.objects = objects;
    this.tempFolder = tempFolder;
    this.effort = effort;
    this.cache = cache;
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
  public Compared compare(SourceFile older, Checksum object, long length) throws IOException {
    byte[] target = read(object, length);
    Optional<Patch> known = known(older, object, 0, target.length);
    Patch patch =
        known.isPresent() ? withTarget(known.get(), target) : compareAnew(older, object, target);
    return new Compared(patch, target);
  }

  /** As {@link #compare}, for those who need the patch alone: files may not even be read. */
  Patch patch(SourceFile older, Checksum object, long length) throws IOException {
    Optional<Patch> known = known(older, object, 0, Math.toIntExact(length));
    if (known.isEmpty()) {
      return compareAnew(older, object, read(object, length));
    }
    return known.get().isLiteral() ? withTarget(known.get(), read(object, length)) : known.get();
  }

  /** Returns the contents of files for which {@link #isOnePiece} holds. */
  PairContents contents(SourceFile older, Checksum object, long length) {
    return new PairContents() {
      @Override
      public byte[] source() throws IOException {
        return read(older.object(), older.length());
      }

      @Override
      public byte[] target() throws IOException {
        return read(object, length);
      }
    };
  }

  private Patch compareAnew(SourceFile older, Checksum object, byte[] target) throws IOException {
    Patch patch = compare(older, 0, read(older.object(), older.length()), target);
    cache.put(key(older, object, 0), PatchCodec.encode(patch, !patch.isLiteral()));
    return patch;
  }

  /** The target itself is not kept a second time where the old file was of no use. */
  private static Patch withTarget(Patch known, byte[] target) {
    return known.isLiteral()
        ? new Patch(known.source(), known.sourceBase(), known.script(), target)
        : known;
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
              public void pair(int piece, byte[] target, long base, byte[] window)
                  throws IOException {
                patches.patch(
                    new Compared(comparePiece(older, object, piece, target, base, window), target));
              }
            });
  }

  /** Compares a piece of a file with a window of the older one. */
  Patch comparePiece(
      SourceFile older, Checksum object, int piece, byte[] target, long base, byte[] window)
      throws IOException {
    Optional<Patch> known =
        known(older, object, piece, target.length).filter(patch -> patch.sourceBase() == base);
    if (known.isPresent()) {
      return known.get();
    }
    Patch patch = compare(older, base, window, target);
    cache.put(key(older, object, piece), PatchCodec.encode(patch, true));
    return patch;
  }

  /** Returns what an earlier comparison of a piece of a file found. */
  Optional<Patch> known(SourceFile older, Checksum object, int piece, int length)
      throws IOException {
    return cache
        .find(key(older, object, piece))
        .flatMap(bytes -> PatchCodec.decode(bytes, older, older.length(), length));
  }

  private PatchCache.Key key(SourceFile older, Checksum object, int piece) {
    return new PatchCache.Key(older.object(), object, piece, effort);
  }

  private Patch compare(SourceFile older, long base, byte[] source, byte[] target) {
    return Patch.of(older, base, source, target, BinaryDiff.compare(source, target, effort));
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
