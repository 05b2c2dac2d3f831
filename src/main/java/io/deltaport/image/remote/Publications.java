package io.deltaport.image.remote;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Which state of a remote is published: the summary and its signature are two files, and a client
 * asks for the signature first and then for what it signs. Thread-safe; blocks.
 *
 * <p>Whoever was given a signature is given the summary that belongs to it for {@link #GRACE}. When
 * a remote changes meanwhile, requests for the signature wait until that time is over for everyone,
 * and only then the new state is published. So nobody waits longer than that, nobody who asks in
 * time meets a pair that does not match, and a change is seen by everyone who asks after it.
 */
@ApplicationScoped
class Publications {
  /** Time for a client from the signature to the summary: several round trips of a bad line. */
  static final Duration GRACE = Duration.ofSeconds(2);

  /** Published states: they are those in memory, or were lately. */
  private static final int REPOSITORIES_MAX = 10_000;

  private final Cache<String, Publication> publications =
      Caffeine.newBuilder()
          .maximumSize(REPOSITORIES_MAX)
          .expireAfterAccess(GRACE.multipliedBy(2))
          .build();

  /** The state of one repository. */
  private static final class Publication {
    private RemoteState state;
    private boolean wasSigned;
    private long signedAtNanos;
  }

  /**
   * Returns the state whose summary is to be given, which may be older than the latest.
   *
   * @param latest what the database says
   */
  RemoteState published(RemoteState latest) {
    Publication publication = of(latest);
    synchronized (publication) {
      advance(publication, latest);
      return publication.state;
    }
  }

  /** Returns the latest state, whose signature may be given, once it is published. */
  RemoteState signing(RemoteState latest) {
    Publication publication = of(latest);
    while (true) {
      long waitNanos;
      synchronized (publication) {
        waitNanos = advance(publication, latest);
        if (waitNanos <= 0) {
          publication.wasSigned = true;
          publication.signedAtNanos = System.nanoTime();
          return publication.state;
        }
      }
      LockSupport.parkNanos(waitNanos);
    }
  }

  private Publication of(RemoteState latest) {
    return publications.get(latest.repository(), ignored -> new Publication());
  }

  /** Publishes the latest state if nobody relies on the one before; returns how long to wait. */
  private static long advance(Publication publication, RemoteState latest) {
    RemoteState state = publication.state;
    if (state == null) {
      publication.state = latest;
    }
    if (state == null || !latest.replaces(state)) {
      return 0;
    }
    long leftNanos =
        publication.wasSigned
            ? GRACE.toNanos() - (System.nanoTime() - publication.signedAtNanos)
            : 0;
    if (leftNanos > 0) {
      return leftNanos;
    }
    publication.state = latest;
    publication.wasSigned = false;
    return 0;
  }
}
