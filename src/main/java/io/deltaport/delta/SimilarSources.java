package io.deltaport.delta;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectReader;
import io.deltaport.util.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Chooses sources by content for files whose names tell nothing, or name several. Sources are read
 * only if there are such files, and only so much of them as is in proportion to these.
 *
 * <p>Memory: at most some 40 MiB while it is at work, afterwards 100 bytes for each choice.
 */
final class SimilarSources {
  /**
   * Contents of all sources that are read may be this many times those of the files in question.
   */
  private static final int READ_FACTOR = 8;

  /** So much may be read in any case. */
  private static final long READ_MIN_BYTES = 16 << 20;

  /** More than this is never read: about a second of one processor. */
  private static final long READ_MAX_BYTES = 512L << 20;

  /** Sources that are read for each file in question; in some stores each costs a request. */
  private static final int SOURCES_FOR_EACH = 16;

  private static final int SOURCES_MIN = 64;
  private static final int SOURCES_MAX = 4096;

  private static final int BYTES_FOR_EACH_ANCHOR = 256;
  private static final int SOURCE_ANCHORS_MIN = 64;
  private static final int SOURCE_ANCHORS_MAX = 1024;

  /** A target may be merged of several sources, each of which has its share of the numbers. */
  private static final int TARGET_ANCHORS_MAX = 4096;

  private final ObjectReader objects;
  private final int threads;
  private final Progress progress;

  SimilarSources(ObjectReader objects, int threads, Progress progress) {
    this.objects = objects;
    this.threads = threads;
    this.progress = progress;
  }

  /**
   * Returns what is chosen, by the target's object. Files that are not in it are left to their
   * names.
   *
   * @throws IOException if an object of the target cannot be read
   */
  Map<Checksum, SourceChoice> choose(UnclearFiles unclear) throws IOException {
    if (unclear.files().isEmpty()) {
      return Map.of();
    }
    ExecutorService pool =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("sketch-", 0).factory());
    try (pool) {
      return choose(unclear, pool);
    }
  }

  private Map<Checksum, SourceChoice> choose(UnclearFiles unclear, ExecutorService pool)
      throws IOException {
    try {
      return choose(unclear.files(), index(withinBudget(unclear), pool), pool);
    } finally {
      pool.shutdownNow(); // nothing is left to do, unless something has failed
    }
  }

  private Map<Checksum, SourceChoice> choose(
      List<UnclearFiles.Unclear> files, SketchIndex index, ExecutorService pool)
      throws IOException {
    Map<Checksum, Future<Optional<SourceChoice>>> running = new LinkedHashMap<>();
    for (UnclearFiles.Unclear file : files) {
      running.put(file.object(), pool.submit(() -> choose(file, index)));
    }
    Map<Checksum, SourceChoice> choices = new HashMap<>();
    for (Map.Entry<Checksum, Future<Optional<SourceChoice>>> entry : running.entrySet()) {
      progress.update("delta", 0, -1);
      Finished.await(entry.getValue()).ifPresent(choice -> choices.put(entry.getKey(), choice));
    }
    return choices;
  }

  private static List<SourceFile> withinBudget(UnclearFiles unclear) {
    long bytes = Math.clamp(READ_FACTOR * unclear.bytes(), READ_MIN_BYTES, READ_MAX_BYTES);
    int count =
        Math.clamp((long) SOURCES_FOR_EACH * unclear.files().size(), SOURCES_MIN, SOURCES_MAX);
    List<SourceFile> chosen = new ArrayList<>();
    for (SourceFile file : unclear.sources()) {
      long cost = Math.min(file.length(), ContentSketch.READ_MAX_BYTES);
      if (cost <= bytes && chosen.size() < count) {
        chosen.add(file);
        bytes -= cost;
      }
    }
    return chosen;
  }

  private SketchIndex index(List<SourceFile> sources, ExecutorService pool) throws IOException {
    List<Future<ContentSketch>> running = new ArrayList<>();
    for (SourceFile file : sources) {
      running.add(pool.submit(() -> sketch(file)));
    }
    List<ContentSketch> sketches = new ArrayList<>();
    for (Future<ContentSketch> sketch : running) {
      progress.update("delta", 0, -1);
      sketches.add(Finished.await(sketch));
    }
    SketchIndex index =
        new SketchIndex(sketches.stream().mapToLong(sketch -> sketch.anchors().length).sum());
    for (int i = 0; i < sketches.size(); i++) {
      index.add(sources.get(i), sketches.get(i));
    }
    return index;
  }

  private ContentSketch sketch(SourceFile file) {
    int anchors =
        Math.clamp(file.length() / BYTES_FOR_EACH_ANCHOR, SOURCE_ANCHORS_MIN, SOURCE_ANCHORS_MAX);
    try (InputStream in = objects.openContent(file.object())) {
      return ContentSketch.of(in, anchors);
    } catch (IOException e) {
      // Nobody has asked for this file yet: what cannot be read is just not chosen.
      return new ContentSketch(new long[0], ContentSketch.LIMIT_MAX);
    }
  }

  private Optional<SourceChoice> choose(UnclearFiles.Unclear file, SketchIndex index)
      throws IOException {
    ContentSketch sketch;
    try (InputStream in = objects.openContent(file.object())) {
      sketch = ContentSketch.of(in, TARGET_ANCHORS_MAX);
    }
    Optional<SourceFile> named = index.best(sketch, file.length(), file.contenders()::contains);
    if (named.isPresent()) {
      return named.map(source -> SourceChoice.of(source, file.reason()));
    }
    return index
        .best(sketch, file.length(), source -> true)
        .map(source -> SourceChoice.of(source, MatchReason.SIMILAR));
  }
}
