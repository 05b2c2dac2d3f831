package io.deltaport.image.remote;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.deltaport.meta.Database;
import io.deltaport.meta.OstreeRemotes;
import io.deltaport.meta.OstreeRemotes.CommitContent;
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

  private final Database database;
  private final OstreeRemotes remotes;
  private final TreeWalk walk;
  private final Cache<Checksum, CommitObjects> known =
      Caffeine.newBuilder()
          .maximumWeight(MEMORY_BYTES_MAX)
          .weigher((Checksum commit, CommitObjects objects) -> objects.memoryBytes())
          .build();
  private final Semaphore walks = new Semaphore(WALKS_MAX);

  ReachableObjects(Database database, OstreeRemotes remotes, TreeWalk walk) {
    this.database = database;
    this.remotes = remotes;
    this.walk = walk;
  }

  /**
   * Says whether a commit of the remote leads to the object. Commits that are known are asked
   * first, then the others one after the other, the newest first.
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
    for (Checksum commit : unknown) {
      CommitObjects objects = of(remote, commit);
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
