package io.deltaport.meta.gc;

import io.deltaport.meta.Sql;
import io.deltaport.oci.Digest;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.store.driver.StoredContent;
import io.deltaport.store.driver.StoredContent.Kind;
import io.deltaport.store.driver.StoredFile;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * Files without a row: of what was swept, of jobs and pushes that crashed. Thread-safe.
 *
 * <p>A file is unlinked while its mark is locked: a publisher, who removes the mark first, comes
 * either before that or after (see {@link io.deltaport.meta.FileClaims}). A server that loses its
 * connection loses the lock too, perhaps without noticing: so only that very file is unlinked which
 * was there before the last look at the rows.
 */
@ApplicationScoped
public class GcFiles {
  /** Files that one transaction unlinks: publishers of these very files wait for it. */
  private static final int BATCH_FILES = 100;

  private static final String KIND = "file";

  private final GcMarks marks;
  private final Driver driver;

  GcFiles(GcMarks marks, Driver driver) {
    this.marks = marks;
    this.driver = driver;
  }

  /**
   * Marks the files of rows that were just deleted: the grace period begins now.
   *
   * @param rows name and size in bytes
   */
  static Uni<Tally> mark(
      StatelessSession session, List<Object[]> rows, UnaryOperator<String> storeKey) {
    if (rows.isEmpty()) {
      return Uni.createFrom().item(Tally.NONE);
    }
    Long[] sizes = rows.stream().map(row -> ((Number) row[1]).longValue()).toArray(Long[]::new);
    Tally all =
        new Tally(sizes.length, rows.stream().mapToLong(r -> ((Number) r[1]).longValue()).sum());
    return session
        .createNativeQuery(
            """
            insert into gc_mark (kind, key, size_bytes)
            select 'file', f.key, f.size_bytes
            from unnest(cast(:keys as text[]), cast(:sizes as bigint[])) as f(key, size_bytes)
            on conflict (kind, repository_id, key) do update set since = now()""")
        .setParameter(
            "keys",
            rows.stream().map(row -> storeKey.apply((String) row[0])).toArray(String[]::new))
        .setParameter("sizes", sizes)
        .executeUpdate()
        .replaceWith(all);
  }

  /** Returns those of the files that have no row; files that are none of ours are left out. */
  public Uni<List<StoredFile>> orphans(StatelessSession session, List<StoredFile> files) {
    return present(session, files.stream().map(StoredFile::key).toList())
        .map(
            present ->
                files.stream()
                    .filter(file -> StoreLayout.content(file.key()).isPresent())
                    .filter(file -> !present.contains(file.key()))
                    .toList());
  }

  /** Marks files without a row; one that has a mark keeps it. */
  public Uni<Void> mark(StatelessSession session, List<StoredFile> orphans) {
    return markAll(session, KIND, orphans);
  }

  static Uni<Void> markAll(StatelessSession session, String kind, List<StoredFile> files) {
    if (files.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return session
        .createNativeQuery(
            """
            insert into gc_mark (kind, key, size_bytes)
            select :kind, f.key, f.size_bytes
            from unnest(cast(:keys as text[]), cast(:sizes as bigint[])) as f(key, size_bytes)
            on conflict do nothing""")
        .setParameter("kind", kind)
        .setParameter("keys", files.stream().map(StoredFile::key).toArray(String[]::new))
        .setParameter("sizes", files.stream().map(StoredFile::lengthBytes).toArray(Long[]::new))
        .executeUpdate()
        .replaceWithVoid();
  }

  /** Unlinks some files that have had no row for the grace period, and no lease's length. */
  public Uni<Sweep.Batch> sweep(StatelessSession session) {
    return session
        .createNativeQuery(
            """
            select key from gc_mark
            where kind = 'file' and since <= %s
            order by key limit :limit for update skip locked"""
                .formatted(marks.filesDue()),
            String.class)
        .setParameter("limit", (long) BATCH_FILES)
        .getResultList()
        .flatMap(
            locked ->
                unlink(session, locked)
                    .map(swept -> new Sweep.Batch(swept, locked.size() == BATCH_FILES)));
  }

  /**
   * Unlinks the files of blobs that are made from their recipes from now on, without waiting: those
   * that are marked still, which nobody has published again.
   */
  public Uni<Tally> unlinkNow(StatelessSession session, List<String> blobs) {
    return session
        .createNativeQuery(
            """
            select key from gc_mark
            where kind = 'file' and repository_id = 0 and key = any(cast(:keys as text[]))
            order by key for update skip locked""",
            String.class)
        .setParameter(
            "keys",
            blobs.stream().map(name -> StoreLayout.blob(Digest.parse(name))).toArray(String[]::new))
        .getResultList()
        .flatMap(locked -> unlink(session, locked));
  }

  /** Returns some blobs that are made from their recipes and whose files are marked for so long. */
  public Uni<List<String>> gone(StatelessSession session, Duration since) {
    return session
        .createNativeQuery(
            """
            select key from gc_mark
            where kind = 'file' and repository_id = 0 and key like 'blobs/%%'
              and since < now() - %s
            order by since limit :limit"""
                .formatted(Sql.interval(since)),
            String.class)
        .setParameter("limit", (long) BATCH_FILES)
        .getResultList()
        .flatMap(keys -> cold(session, keys));
  }

  private static Uni<List<String>> cold(StatelessSession session, List<String> keys) {
    String[] names =
        keys.stream()
            .flatMap(key -> StoreLayout.content(key).stream())
            .map(StoredContent::name)
            .toArray(String[]::new);
    return session
        .createNativeQuery(
            "select digest from blob where not raw and digest = any(cast(:names as text[]))",
            String.class)
        .setParameter("names", names)
        .getResultList();
  }

  private Uni<Tally> unlink(StatelessSession session, List<String> keys) {
    if (keys.isEmpty()) {
      return Uni.createFrom().item(Tally.NONE);
    }
    return Sql.blocking(() -> find(keys))
        .flatMap(
            seen -> present(session, keys).flatMap(rows -> Sql.blocking(() -> unlink(seen, rows))))
        .call(
            ignored ->
                GcMarks.unmark(
                    session, KIND, keys.stream().map(key -> new RowKey(0, key)).toList()));
  }

  private List<StoredFile> find(List<String> keys) throws IOException {
    List<StoredFile> found = new ArrayList<>(keys.size());
    for (String key : keys) {
      driver.find(key).ifPresent(found::add);
    }
    return found;
  }

  private Tally unlink(List<StoredFile> seen, Set<String> present) throws IOException {
    Tally unlinked = Tally.NONE;
    for (StoredFile file : seen) {
      if (!present.contains(file.key()) && driver.delete(file)) {
        unlinked = unlinked.plus(Tally.one(file.lengthBytes()));
      }
    }
    return unlinked;
  }

  /** Returns those of the keys whose content has a row. */
  private static Uni<Set<String>> present(StatelessSession session, List<String> keys) {
    Map<StoredContent, String> contents = new HashMap<>();
    for (String key : keys) {
      StoreLayout.content(key).ifPresent(content -> contents.put(content, key));
    }
    if (contents.isEmpty()) {
      return Uni.createFrom().item(Set.of());
    }
    return session
        .createNativeQuery(
            """
            select 'BLOB', digest from blob where raw and digest = any(cast(:blobs as text[]))
            union all
            select 'PACK', id from pack where id = any(cast(:packs as text[]))
            union all
            select 'RECIPE', diff_id from recipe where diff_id = any(cast(:recipes as text[]))
            union all
            select 'BLOB_RECIPE', digest from blob_recipe
            where digest = any(cast(:blobRecipes as text[]))""",
            Object[].class)
        .setParameter("blobs", names(contents.keySet(), Kind.BLOB))
        .setParameter("packs", names(contents.keySet(), Kind.PACK))
        .setParameter("recipes", names(contents.keySet(), Kind.RECIPE))
        .setParameter("blobRecipes", names(contents.keySet(), Kind.BLOB_RECIPE))
        .getResultList()
        .map(
            rows ->
                rows.stream()
                    .map(row -> new StoredContent(Kind.valueOf((String) row[0]), (String) row[1]))
                    .map(contents::get)
                    .collect(Collectors.toSet()));
  }

  private static String[] names(Set<StoredContent> contents, Kind kind) {
    return contents.stream()
        .filter(content -> content.kind() == kind)
        .map(StoredContent::name)
        .toArray(String[]::new);
  }

  /** Returns files that would be unlinked now; {@code due} false: those that wait. */
  public Uni<Tally> count(StatelessSession session, String kind, boolean due) {
    return session
        .createNativeQuery(
            """
            select count(*), cast(sum(size_bytes) as bigint) from gc_mark
            where kind = :kind and (since <= %s) = :due"""
                .formatted(marks.filesDue()),
            Object[].class)
        .setParameter("kind", kind)
        .setParameter("due", due)
        .getSingleResult()
        .map(Tally::of);
  }
}
