package io.deltaport.delta;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectReader;
import io.deltaport.util.Progress;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * Finds for each file of a new layer the cheapest way to make it from the old image, and hands the
 * result to a writer. Format-independent.
 *
 * <p>A file whose object the old image has is copied without being read. Otherwise the catalog
 * names an older form of it, or its content tells of one ({@link SourceFinder}), and both are
 * compared; where that is of no use, the file is a literal. Comparisons run on several threads, the
 * writer hears them in order on the calling thread. One instance serves one layer.
 */
public final class DeltaEngine {
  /** Files up to here are compared in one piece; larger ones by {@link LargeComparison}. */
  static final int IN_MEMORY_MAX_BYTES = 16 << 20;

  /** A file this small costs less as a literal than opening its older form. */
  private static final int COMPARED_MIN_BYTES = 48;

  private static final int CHUNK_BYTES = 64 << 10;

  private final SourceCatalog catalog;
  private final ObjectReader objects;
  private final DeltaOptions options;
  private final Progress progress;
  private final FileComparison comparison;
  private final StatisticsCounter statistics = new StatisticsCounter();
  private final MatchTally tally;
  private final ContentCursor cursor;
  private final byte[] chunk = new byte[CHUNK_BYTES];
  private SourceFinder finder;

  public DeltaEngine(
      SourceCatalog catalog, ObjectReader objects, DeltaOptions options, Progress progress) {
    this.catalog = catalog;
    this.objects = objects;
    this.options = options;
    this.progress = progress;
    this.comparison =
        new FileComparison(objects, options.tempFolder(), options.effort(), options.patches());
    this.tally = new MatchTally(options.matches());
    this.cursor = new ContentCursor(objects);
  }

  /**
   * Writes the whole target.
   *
   * @param target iterated twice, with the same result
   * @return what became of the bytes; the delta's own size is left 0
   * @throws IOException if an object is missing or shorter than the target says, or the writer
   *     fails
   * @throws java.util.concurrent.CancellationException if the progress listener ends the work
   */
  public DeltaStatistics run(Iterable<TargetPart> target, DeltaWriter writer) throws IOException {
    try (cursor;
        WorkQueue queue = new WorkQueue(writer, options)) {
      finder = SourceFinder.of(catalog, target, objects, options.threads(), progress);
      for (TargetPart part : target) {
        put(part, queue);
        progress.update("delta", statistics.targetBytes(), -1);
      }
      queue.finish();
      tally.end();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return statistics.get();
  }

  private void put(TargetPart part, WorkQueue queue) throws IOException {
    switch (part) {
      case TargetPart.Literal literal -> {
        byte[] bytes = literal.bytes();
        queue.put(
            writer -> {
              statistics.literal(bytes.length);
              writer.literal(bytes, 0, bytes.length);
            });
      }
      case TargetPart.Content content -> put(content, queue);
    }
  }

  private void put(TargetPart.Content content, WorkQueue queue) throws IOException {
    Optional<SourceFile> unchanged =
        catalog
            .unchanged(content.object())
            .filter(file -> content.offset() + content.length() <= file.length());
    if (unchanged.isPresent()) {
      queue.put(writer -> writeUnchanged(unchanged.get(), content, writer));
      return;
    }
    SourceChoice choice = choose(content);
    if (choice.source().isEmpty()) {
      queue.put(writer -> writeNew(content, choice, writer));
      return;
    }
    SourceFile older = choice.source().get();
    queue.put(writer -> tally.begin(content, choice));
    if (FileComparison.isOnePiece(older.length(), content.length())) {
      queue.submit(
          memoryBytes(older.length(), content.length()),
          () -> compared(older, content, queue.writer()));
    } else {
      new LargeComparison(objects, options.tempFolder())
          .run(
              older,
              content.object(),
              content.length(),
              new Pieces(older, content.object(), queue));
    }
  }

  private SourceChoice choose(TargetPart.Content content) {
    // Later parts of a sparse file have no place of their own in an older form.
    if (content.offset() > 0) {
      return SourceChoice.none(MatchReason.NO_CANDIDATE);
    }
    if (content.length() < COMPARED_MIN_BYTES) {
      return SourceChoice.none(MatchReason.TOO_SMALL);
    }
    return finder.choose(content.object(), ArchivePath.normalize(content.path()), content.length());
  }

  /** Returns the heap that comparing two files takes, the script and its writing included. */
  static long memoryBytes(long sourceLength, long targetLength) {
    return sourceLength + 2 * targetLength + SeedIndex.memoryBytes(sourceLength);
  }

  private WorkQueue.Output compared(
      SourceFile older, TargetPart.Content content, DeltaWriter writer) throws IOException {
    Patch patch = comparison.patch(older, content.object(), content.length());
    PairContents contents = comparison.contents(older, content.object(), content.length());
    DeltaWriter.Prepared prepared = writer.prepare(patch, contents);
    return output(patch, 1, prepared);
  }

  private WorkQueue.Output output(Patch patch, int files) {
    return writer -> output(patch, files, () -> writer.patch(patch)).write(writer);
  }

  private WorkQueue.Output output(Patch patch, int files, DeltaWriter.Prepared prepared) {
    return writer -> {
      long bytes = patch.script().targetBytes();
      if (patch.isLiteral()) {
        statistics.added(files, bytes);
      } else {
        statistics.changed(files, bytes);
      }
      tally.patched(patch.script());
      prepared.write();
    };
  }

  /** The pieces of a large file. */
  private final class Pieces implements LargeComparison.Pairs {
    private final SourceFile older;
    private final Checksum object;
    private final WorkQueue queue;

    Pieces(SourceFile older, Checksum object, WorkQueue queue) {
      this.older = older;
      this.object = object;
      this.queue = queue;
    }

    @Override
    public void makeRoom(long bytes) throws IOException {
      queue.makeRoom(bytes);
    }

    @Override
    public boolean isKnown(int number, int length) throws IOException {
      queue.makeRoom(2L * length);
      Optional<Patch> known = comparison.known(older, object, number, length);
      if (known.isPresent()) {
        queue.submit(2L * length, () -> output(known.get(), files(number)));
      }
      return known.isPresent();
    }

    @Override
    public void pair(int number, byte[] target, long base, byte[] window) throws IOException {
      queue.submit(
          memoryBytes(window.length, target.length),
          () ->
              output(
                  comparison.comparePiece(older, object, number, target, base, window),
                  files(number)));
    }

    private static int files(int number) {
      return number == 0 ? 1 : 0;
    }
  }

  private void writeUnchanged(SourceFile file, TargetPart.Content content, DeltaWriter writer)
      throws IOException {
    statistics.unchanged(content.length());
    tally.begin(content, SourceChoice.of(file, MatchReason.SAME_OBJECT));
    tally.copied(content.length());
    writer.copy(file, content.offset(), content.length());
  }

  private void writeNew(TargetPart.Content content, SourceChoice choice, DeltaWriter writer)
      throws IOException {
    statistics.added(1, content.length());
    tally.begin(content, choice);
    tally.added(content.length());
    cursor.seek(content.object(), content.offset());
    for (long left = content.length(); left > 0; ) {
      int count = cursor.read(chunk, (int) Math.min(left, chunk.length));
      if (count == 0) {
        throw new EOFException("object " + content.object() + " ends early");
      }
      writer.literal(chunk, 0, count);
      left -= count;
    }
  }
}
