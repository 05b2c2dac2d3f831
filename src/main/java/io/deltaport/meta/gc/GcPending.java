package io.deltaport.meta.gc;

import io.deltaport.meta.Sql;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.StoredFile;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * Pending files of uploads that have no session any more: of begun ones that crashed before the
 * session's row, and of ended ones that crashed after it. Thread-safe.
 */
@ApplicationScoped
public class GcPending {
  /** Before the identifier of the session in the name of its file. */
  public static final String PREFIX = "upload-";

  private static final String KIND = "pending";
  private static final int BATCH_FILES = 100;

  private final GcMarks marks;
  private final Driver driver;

  GcPending(GcMarks marks, Driver driver) {
    this.marks = marks;
    this.driver = driver;
  }

  /** Returns those of the pending files that belong to no session; others than uploads stay. */
  public Uni<List<StoredFile>> orphans(StatelessSession session, List<StoredFile> files) {
    List<StoredFile> uploads =
        files.stream().filter(file -> file.key().startsWith(PREFIX)).toList();
    return present(session, uploads.stream().map(StoredFile::key).toArray(String[]::new))
        .map(present -> uploads.stream().filter(f -> !present.contains(f.key())).toList());
  }

  /** Marks files without a session; one that has a mark keeps it. */
  public Uni<Void> mark(StatelessSession session, List<StoredFile> orphans) {
    return GcFiles.markAll(session, KIND, orphans);
  }

  /** Removes some that have had no session for long enough. */
  public Uni<Sweep.Batch> sweep(StatelessSession session) {
    return session
        .createNativeQuery(
            """
            select key, size_bytes from gc_mark where kind = 'pending' and since <= %s
            order by key limit :limit for update skip locked"""
                .formatted(marks.filesDue()),
            Object[].class)
        .setParameter("limit", (long) BATCH_FILES)
        .getResultList()
        .flatMap(
            locked ->
                discard(session, locked)
                    .map(swept -> new Sweep.Batch(swept, locked.size() == BATCH_FILES)));
  }

  private Uni<Tally> discard(StatelessSession session, List<Object[]> locked) {
    String[] names = locked.stream().map(row -> (String) row[0]).toArray(String[]::new);
    return present(session, names)
        .flatMap(present -> Sql.blocking(() -> discard(locked, present)))
        .call(
            ignored ->
                GcMarks.unmark(
                    session, KIND, Arrays.stream(names).map(name -> new RowKey(0, name)).toList()));
  }

  private Tally discard(List<Object[]> locked, Set<String> present) throws IOException {
    Tally discarded = Tally.NONE;
    for (Object[] file : locked) {
      if (!present.contains((String) file[0])) {
        driver.discard((String) file[0]);
        discarded = discarded.plus(Tally.one(((Number) file[1]).longValue()));
      }
    }
    return discarded;
  }

  /** Returns those of the names that have a session. */
  private static Uni<Set<String>> present(StatelessSession session, String[] names) {
    return session
        .createNativeQuery(
            """
            select u.id from upload u
            join unnest(cast(:names as text[])) as n(name) on n.name = 'upload-' || u.id""",
            UUID.class)
        .setParameter("names", names)
        .getResultList()
        .map(ids -> ids.stream().map(id -> PREFIX + id).collect(Collectors.toSet()));
  }
}
