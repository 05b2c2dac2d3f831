package io.deltaport.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import io.deltaport.image.stats.FileChange;
import io.deltaport.image.stats.ReleaseChanges;
import io.deltaport.image.stats.Storage;
import io.deltaport.image.stats.TreeDifference;
import io.deltaport.meta.StorageStats.RepositoryTotals;
import io.deltaport.meta.StorageStats.Totals;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The JSON objects of statistics; every size is in bytes. */
public final class StatsViews {
  private StatsViews() {}

  /**
   * What is stored; {@code ratio} is the stored bytes as a share of the blobs' bytes, and {@code
   * saved} their difference.
   */
  @JsonInclude(Include.NON_NULL)
  public record StorageView(
      Instant measuredAt, LogicalView logical, StoredView stored, long saved, Double ratio) {
    static StorageView of(Storage storage) {
      Totals totals = storage.totals();
      return new StorageView(
          totals.measuredAt(),
          new LogicalView(totals.tags(), totals.images(), totals.imageBytes(), totals.blobBytes()),
          StoredView.of(storage),
          storage.savedBytes(),
          Views.share(storage.storedBytes(), totals.blobBytes()));
    }
  }

  /** What the images of all tags take: each whole, and each of their blobs once. */
  public record LogicalView(long tags, long images, long imageBytes, long blobBytes) {}

  /**
   * What is kept. Deltas are a part of the blobs, and dead objects of the packs; {@code database}
   * is PostgreSQL's.
   */
  public record StoredView(
      long total,
      long blobs,
      long deltas,
      long packs,
      long dead,
      long recipes,
      long database,
      Map<String, Long> caches) {
    static StoredView of(Storage storage) {
      Totals totals = storage.totals();
      return new StoredView(
          storage.storedBytes(),
          totals.rawBytes(),
          totals.deltaBytes(),
          totals.packBytes(),
          totals.deadBytes(),
          totals.recipeBytes(),
          totals.databaseBytes(),
          new TreeMap<>(storage.caches()));
    }
  }

  /** A page of repositories; {@code next} is the {@code last} of the next page. */
  @JsonInclude(Include.NON_NULL)
  public record RepositoryPage(List<RepositoryView> repositories, String next) {}

  /** What the tags of a repository lead to, whether or not others have the same. */
  public record RepositoryView(
      String name, Instant measuredAt, long tags, long images, long imageBytes, long blobBytes) {
    static RepositoryView of(RepositoryTotals totals) {
      return new RepositoryView(
          totals.name(),
          totals.measuredAt(),
          totals.tags(),
          totals.images(),
          totals.imageBytes(),
          totals.blobBytes());
    }
  }

  /**
   * What an image added to a former one; {@code next} is the {@code last} of the next page of
   * files.
   *
   * @param formerBy tag, push or request
   */
  @JsonInclude(Include.NON_NULL)
  public record ReleaseView(
      String digest,
      String former,
      String formerBy,
      Instant measuredAt,
      long imageBytes,
      long newBlobs,
      long newBlobBytes,
      String reason,
      ObjectsView objects,
      List<FileView> files,
      String next) {
    static ReleaseView of(ReleaseChanges changes, int from, int size) {
      List<FileChange> all = changes.tree().map(TreeDifference::files).orElse(List.of());
      int start = Math.min(from, all.size());
      int end = Math.min(start + size, all.size());
      return new ReleaseView(
          changes.digest(),
          changes.former(),
          changes.relation() == null ? null : lower(changes.relation()),
          changes.measuredAt(),
          changes.imageBytes(),
          changes.newBlobs(),
          changes.newBlobBytes(),
          changes.reason(),
          changes.tree().map(ObjectsView::of).orElse(null),
          all.subList(start, end).stream().map(FileView::of).toList(),
          end < all.size() ? Integer.toString(end) : null);
    }
  }

  /** How many files differ, and the objects that the former image does not have anywhere. */
  public record ObjectsView(
      long added,
      long changed,
      long removed,
      long newFiles,
      long newFolders,
      long newBytes,
      long storedBytes) {
    static ObjectsView of(TreeDifference tree) {
      return new ObjectsView(
          tree.added(),
          tree.changed(),
          tree.removed(),
          tree.newFiles(),
          tree.newFolders(),
          tree.newBytes(),
          tree.storedBytes());
    }
  }

  /** A file that differs; {@code stored} is what its object takes when it is new. */
  public record FileView(String path, String change, long bytes, long formerBytes, long stored) {
    static FileView of(FileChange file) {
      return new FileView(
          file.path(), lower(file.change()), file.bytes(), file.formerBytes(), file.storedBytes());
    }
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
