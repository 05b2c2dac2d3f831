package io.deltaport.image.refs;

import io.deltaport.delta.DeltaEffort;
import io.deltaport.delta.staticdelta.DeltaCommit;
import io.deltaport.delta.staticdelta.StaticDelta;
import io.deltaport.delta.staticdelta.StaticDeltaCreator;
import io.deltaport.delta.staticdelta.StaticDeltaOptions;
import io.deltaport.image.policy.DeltaPolicies;
import io.deltaport.job.JobCancelledException;
import io.deltaport.job.JobEntity;
import io.deltaport.job.JobFailedException;
import io.deltaport.job.JobHandler;
import io.deltaport.job.JobKind;
import io.deltaport.meta.Blobs;
import io.deltaport.meta.Database;
import io.deltaport.meta.DeltaCommits;
import io.deltaport.meta.DeltaCommits.Stored;
import io.deltaport.meta.StaticDeltas;
import io.deltaport.meta.StaticDeltas.Listed;
import io.deltaport.meta.StaticDeltas.Pair;
import io.deltaport.meta.StoredObjects;
import io.deltaport.ostree.Commit;
import io.deltaport.ostree.OstreeFormatException;
import io.deltaport.store.CachedObjectIndex;
import io.deltaport.store.ObjectReader;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.pack.PackedObjects;
import io.deltaport.util.Progress;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Makes the static delta between two commits of a repository, or to one from nothing. Thread-safe;
 * it may die at any point and be repeated, and gives the same bytes again.
 */
@ApplicationScoped
class StaticDeltaPublication implements JobHandler {
  private static final Logger LOG = Logger.getLogger(StaticDeltaPublication.class);

  private final Driver driver;
  private final Database database;
  private final StoredObjects stored;
  private final Blobs blobs;
  private final DeltaCommits commits;
  private final StaticDeltas deltas;
  private final DeltaPolicies policies;
  private final StaticDeltaOptions options;

  StaticDeltaPublication(
      Driver driver,
      Database database,
      StoredObjects stored,
      Blobs blobs,
      DeltaCommits commits,
      StaticDeltas deltas,
      DeltaPolicies policies,
      StaticDeltaOptions options) {
    this.driver = driver;
    this.database = database;
    this.stored = stored;
    this.blobs = blobs;
    this.commits = commits;
    this.deltas = deltas;
    this.policies = policies;
    this.options = options;
  }

  @Override
  public JobKind kind() {
    return JobKind.STATIC_DELTA;
  }

  @Override
  public String run(JobEntity job, Progress progress) throws Exception {
    Stored target = commit(job.repository, job.target);
    Stored source = job.source == null ? null : commit(job.repository, job.source);
    Pair pair = new Pair(source == null ? null : source.id(), target.id());
    Listed there = database.transact(session -> deltas.find(session, pair));
    if (there != null && policies.isEnough(there.effort(), job.effort)) {
      return null;
    }
    DeltaEffort effort = policies.effort(job.effort);
    StaticDeltaFiles files = new StaticDeltaFiles(driver, database, blobs);
    StaticDelta delta =
        make(
            source,
            target,
            files,
            options.withEffort(effort),
            new DeletionWatch(commits, database, pair, progress));
    if (there == null && !keeps(target, pair, delta)) {
      LOG.infof(
          "The static delta to %s in %s takes %d bytes for %d, too much to be kept",
          target.checksum(), job.repository, delta.sizeBytes(), delta.fullBytes());
      database.transact(session -> deltas.note(session, pair, false));
      return null;
    }
    files.superblock(delta.superblock());
    boolean recorded =
        database.transact(
            session ->
                deltas.record(
                    session,
                    pair,
                    delta.sizeBytes(),
                    delta.fullBytes(),
                    effort.text(),
                    files.files()));
    if (!recorded) {
      throw deleted(job.target);
    }
    LOG.infof(
        "Published the static delta from %s to %s in %s: %d bytes for %d",
        source == null ? "nothing" : source.checksum(),
        target.checksum(),
        job.repository,
        delta.sizeBytes(),
        delta.fullBytes());
    return files.files().getLast().digest();
  }

  private Stored commit(String repository, String checksum) throws JobCancelledException {
    Stored found = database.transact(session -> commits.find(session, repository, checksum));
    if (found == null) {
      throw deleted(checksum);
    }
    return found;
  }

  private static JobCancelledException deleted(String checksum) {
    return new JobCancelledException("the commit " + checksum + " was deleted");
  }

  private StaticDelta make(
      Stored source,
      Stored target,
      StaticDeltaFiles files,
      StaticDeltaOptions withEffort,
      DeletionWatch progress)
      throws IOException, JobCancelledException, JobFailedException {
    // What is not stored any more when the work begins is found by its name; packs are leased.
    ObjectReader objects = PackedObjects.verifying(driver, new CachedObjectIndex(stored));
    try {
      return StaticDeltaCreator.create(
          Optional.ofNullable(source).map(StaticDeltaPublication::end),
          end(target),
          objects,
          files,
          // The target's own time, so that the same commits give the same bytes.
          withEffort.withTimestamp(Commit.decode(target.content()).timestamp()),
          progress);
    } catch (DeletionWatch.DeletedException e) {
      throw deleted(target.checksum().hex());
    } catch (OstreeFormatException e) {
      throw new JobFailedException(e.getMessage(), e);
    }
  }

  private static DeltaCommit end(Stored commit) {
    return new DeltaCommit(commit.checksum(), commit.content());
  }

  /** A delta that somebody asked for stays whatever its size. */
  private boolean keeps(Stored target, Pair pair, StaticDelta delta) {
    if (Boolean.TRUE.equals(database.transact(session -> deltas.noted(session, pair)))) {
      return true;
    }
    List<String> refs = database.transact(session -> commits.refNames(session, target.id()));
    return policies
        .commits()
        .keeps(target.repository(), refs, delta.sizeBytes(), delta.fullBytes());
  }
}
