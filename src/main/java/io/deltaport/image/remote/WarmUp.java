package io.deltaport.image.remote;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.deltaport.meta.Database;
import io.deltaport.meta.OstreeRemotes;
import io.deltaport.meta.OstreeRemotes.CommitContent;
import io.deltaport.meta.StoredObjects;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Commit;
import io.deltaport.store.ObjectIndex;
import io.deltaport.store.ObjectKind;
import io.deltaport.store.ObjectLocation;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Makes the files of a commit before clients ask for them, away from their requests: when a client
 * begins with a commit, and when a ref moves of a repository that clients ask for. Thread-safe.
 *
 * <p>One thread does it, which rests so long that it takes no more than its share of a processor.
 */
@ApplicationScoped
class WarmUp {
  private static final Logger LOG = Logger.getLogger(WarmUp.class);

  /** Commits that wait; more are left out, as their objects are made when they are asked for. */
  private static final int QUEUE_MAX = 1_000;

  /** For so long a commit is not looked at again. */
  private static final Duration AGAIN_AFTER = Duration.ofMinutes(10);

  /** A repository that nobody has asked for since then is left alone. */
  private static final Duration ASKED_WITHIN = Duration.ofDays(7);

  private static final int REPOSITORIES_MAX = 10_000;

  /** Work between two rests. */
  private static final long SLICE_NANOS = Duration.ofMillis(20).toNanos();

  private record Work(long repositoryId, Checksum commit) {}

  private final Database database;
  private final OstreeRemotes remotes;
  private final TreeWalk walk;
  private final StoredObjects stored;
  private final ArchiveCache cache;
  private final ArchiveObjects objects;
  private final double share;
  private final BlockingQueue<Work> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
  private final Cache<Checksum, Boolean> seen =
      Caffeine.newBuilder().maximumSize(QUEUE_MAX).expireAfterWrite(AGAIN_AFTER).build();
  private final Cache<String, Boolean> asked =
      Caffeine.newBuilder().maximumSize(REPOSITORIES_MAX).expireAfterAccess(ASKED_WITHIN).build();
  private Thread worker;
  private long sliceNanos = System.nanoTime();

  WarmUp(
      Database database,
      OstreeRemotes remotes,
      TreeWalk walk,
      StoredObjects stored,
      ArchiveCache cache,
      ArchiveObjects objects,
      @ConfigProperty(name = "deltaport.ostree.warm-up") double share) {
    this.database = database;
    this.remotes = remotes;
    this.walk = walk;
    this.stored = stored;
    this.cache = cache;
    this.objects = objects;
    this.share = Math.min(share, 1);
  }

  /** A client begins to pull a commit. */
  void pulled(RemoteState remote, Checksum commit) {
    asked.put(remote.repository(), true);
    add(remote, commit);
  }

  /** Says whether clients ask for the repository; event loops may call it. */
  boolean isAsked(String repository) {
    return share > 0 && asked.getIfPresent(repository) != null;
  }

  /** A state was loaded; refs may have moved. */
  void loaded(RemoteState remote) {
    if (isAsked(remote.repository())) {
      remote.refs().values().forEach(commit -> add(remote, commit));
    }
  }

  private void add(RemoteState remote, Checksum commit) {
    if (share > 0 && seen.asMap().putIfAbsent(commit, true) == null) {
      if (queue.offer(new Work(remote.repositoryId(), commit))) {
        start();
      }
    }
  }

  private synchronized void start() {
    if (worker == null) {
      worker = Thread.ofPlatform().daemon().name("ostree-warm-up").start(this::run);
    }
  }

  @PreDestroy
  synchronized void stop() {
    if (worker != null) {
      worker.interrupt();
    }
  }

  private void run() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        make(queue.take());
      } catch (InterruptedException e) {
        return;
      } catch (IOException | RuntimeException e) {
        LOG.debugf("A commit was not made ready: %s", e.getMessage());
      }
    }
  }

  private void make(Work work) throws IOException, InterruptedException {
    CommitContent content =
        database.transact(session -> remotes.commit(session, work.repositoryId(), work.commit()));
    if (content == null) {
      return;
    }
    Map<ObjectKind, Set<Checksum>> found = walk.walk(Commit.decode(content.content()));
    List<RemoteObject> batch = new ArrayList<>();
    for (ObjectKind kind : List.of(ObjectKind.DIRMETA, ObjectKind.DIRTREE, ObjectKind.FILE)) {
      for (Checksum checksum : found.get(kind)) {
        RemoteObject object = new RemoteObject(checksum, kind);
        if (!cache.has(object)) {
          batch.add(object);
        }
        if (batch.size() == ObjectIndex.BATCH_MAX) {
          make(batch);
          batch.clear();
        }
      }
    }
    make(batch);
  }

  private void make(List<RemoteObject> batch) throws IOException, InterruptedException {
    List<Checksum> names = batch.stream().map(RemoteObject::checksum).toList();
    Map<Checksum, ObjectLocation> locations = stored.find(names);
    for (RemoteObject object : batch) {
      if (!cache.has(object)) {
        objects.make(object, locations);
      }
      rest();
    }
  }

  private void rest() throws InterruptedException {
    long worked = System.nanoTime() - sliceNanos;
    if (worked >= SLICE_NANOS) {
      Thread.sleep(Duration.ofNanos((long) (worked * (1 - share) / share)));
      sliceNanos = System.nanoTime();
    }
  }
}
