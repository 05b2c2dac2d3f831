package io.deltaport.delta;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectReader;
import io.deltaport.util.Progress;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * Says from which old file each file of a target is best made: by its name, and by its content
 * where that tells nothing or names several. Thread-safe.
 */
public final class SourceFinder {
  private final SourceCatalog catalog;
  private final Map<Checksum, SourceChoice> similar;

  private SourceFinder(SourceCatalog catalog, Map<Checksum, SourceChoice> similar) {
    this.catalog = catalog;
    this.similar = similar;
  }

  /**
   * Looks at all files of a target. Reads files only if there are some whose names do not settle
   * it.
   *
   * @param target iterated once
   * @param threads threads that read
   * @throws IOException if an object of the target cannot be read
   * @throws java.util.concurrent.CancellationException if {@code progress} ends the work
   */
  public static SourceFinder of(
      SourceCatalog catalog,
      Iterable<TargetPart> target,
      ObjectReader objects,
      int threads,
      Progress progress)
      throws IOException {
    UnclearFiles unclear = new UnclearFiles(catalog, target);
    return new SourceFinder(
        catalog, new SimilarSources(objects, threads, progress).choose(unclear));
  }

  /**
   * Returns the old file for a file of the target, if there is any.
   *
   * @param path without a leading slash
   * @param length bytes of the new file
   */
  public Optional<SourceFile> older(Checksum object, String path, long length) {
    return choose(object, path, length).source();
  }

  /** Like {@link #older}, with the reason. */
  SourceChoice choose(Checksum object, String path, long length) {
    SourceChoice byContent = similar.get(object);
    return byContent != null ? byContent : catalog.choose(path, length);
  }
}
