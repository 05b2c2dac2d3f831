package io.deltaport.image.remote;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.deltaport.meta.Database;
import io.deltaport.meta.OstreeRemotes;
import io.deltaport.meta.OstreeRemotes.CommitContent;
import io.deltaport.meta.StoredObjects;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Commit;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Knows which objects belong to which commits, so that a repository's remote has those of its own
 * commits only. Thread-safe; blocks.
 *
 * <p>What a commit leads to never changes, so it is found out once and kept as long as there is
 * room.
 */
@ApplicationScoped
class ReachableObjects {
  /** Memory for all commits: two hundred with 20,000 objects each. */
  private static final long MEMORY_BYTES_MAX = 64 << 20;

  /** Trees that are walked at a time: more of them would only be slower. */
  private static final int WALKS_MAX = 2;

  /** Objects asked for in vain that are remembered, some 200 bytes each. */
  private static final int ABSENT_MAX = 50_000;

  /** An object that no commit of a repository leads to; the version names the commits. */
  private record Absent(long repositoryId, long version, RemoteObject object) {}

  private final Database database;
  private final OstreeRemotes remotes;
  private final StoredObjects stored;
  private final TreeWalk walk;
  private final Cache<Absent, Boolean> absent =
      Caffeine.newBuilder().maximumSize(ABSENT_MAX).build();
  private final Cache<Checksum, CommitObjects> known =
      Caffeine.newBuilder()
          .maximumWeight(MEMORY_BYTES_MAX)
          .weigher((Checksum commit, CommitObjects objects) -> objects.memoryBytes())
          .build();
  private final Semaphore walks = new Semaphore(WALKS_MAX);

  ReachableObjects(Database database, OstreeRemotes remotes, StoredObjects stored, TreeWalk walk) {
    this.database = database;
    this.remotes = remotes;
    this.stored = stored;
    this.walk = walk;
  }

  /**
   * Says whether a commit of the remote leads to the object. Commits that are known are asked
   * first, then the others one after the other, the newest first.
   *
   * <p>Walking through many commits for nothing is work that strangers could ask for again and
   * again. So it is done only for objects that some repository has, and once for each of them as
   * long as the commits are the same.
   */
  boolean contains(RemoteState remote, RemoteObject object) throws IOException {
    List<Checksum> unknown = new ArrayList<>();
    for (Checksum commit : remote.commits().keySet()) {
      CommitObjects objects = known.getIfPresent(commit);
      if (objects == null) {
        unknown.add(commit);
      } else if (objects.contains(object)) {
        return true;
      }
    }
    return !unknown.isEmpty() && containsUnknown(remote, unknown, object);
  }

  private boolean containsUnknown(RemoteState remote, List<Checksum> unknown, RemoteObject object)
      throws IOException {
    Absent key = new Absent(remote.repositoryId(), remote.version(), object);
    if (absent.getIfPresent(key) != null || stored.find(List.of(object.checksum())).isEmpty()) {
      return false;
    }
    boolean complete = true;
    for (Checksum commit : unknown) {
      CommitObjects objects = of(remote, commit);
      if (objects != null && objects.contains(object)) {
        return true;
      }
      complete &= objects != null;
    }
    if (complete) {
      absent.put(key, true);
    }
    return false;
  }

  /** Says whether a commit that is known leads to the object. Never blocks. */
  boolean knows(RemoteState remote, RemoteObject object) {
    for (Checksum commit : remote.commits().keySet()) {
      CommitObjects objects = known.getIfPresent(commit);
      if (objects != null && objects.contains(object)) {
        return true;
      }
    }
    return false;
  }

  /** Returns what a commit leads to; null when it has gone meanwhile. */
  private CommitObjects of(RemoteState remote, Checksum commit) throws IOException {
    walks.acquireUninterruptibly();
    try {
      CommitObjects objects = known.getIfPresent(commit);
      if (objects != null) {
        return objects;
      }
      CommitContent content =
          database.transact(session -> remotes.commit(session, remote.repositoryId(), commit));
      if (content == null) {
        return null;
      }
      objects = new CommitObjects(walk.walk(Commit.decode(content.content())));
      known.put(commit, objects);
      return objects;
    } finally {
      walks.release();
    }
  }
}
