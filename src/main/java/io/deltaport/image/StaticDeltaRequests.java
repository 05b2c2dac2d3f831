package io.deltaport.image;

import io.deltaport.delta.DeltaEffort;
import io.deltaport.delta.ocidelta.DeltaBuilder;
import io.deltaport.delta.ocidelta.DeltaException;
import io.deltaport.image.policy.DeltaPolicies;
import io.deltaport.image.refs.StaticDeltaDownloads;
import io.deltaport.image.refs.StaticDeltaDownloads.Download;
import io.deltaport.job.JobEntity;
import io.deltaport.job.JobKind;
import io.deltaport.job.JobRequest;
import io.deltaport.meta.Database;
import io.deltaport.meta.DeltaCommits.Stored;
import io.deltaport.meta.ManifestEntity;
import io.deltaport.meta.StaticDeltas;
import io.deltaport.meta.StaticDeltas.Listed;
import io.deltaport.meta.StaticDeltas.Pair;
import io.deltaport.oci.ErrorCode;
import io.deltaport.oci.OciFormatException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Static deltas as the API asks for them. Thread-safe. */
@ApplicationScoped
public class StaticDeltaRequests {
  /** The format's name in requests. */
  public static final String FORMAT = "ostree";

  private final Database database;
  private final ManifestStore manifests;
  private final StoredImage images;
  private final CommitReferences references;
  private final StaticDeltas deltas;
  private final StaticDeltaDownloads downloads;
  private final DeltaQueue queue;
  private final DeltaPolicies policies;

  StaticDeltaRequests(
      Database database,
      ManifestStore manifests,
      StoredImage images,
      CommitReferences references,
      StaticDeltas deltas,
      StaticDeltaDownloads downloads,
      DeltaQueue queue,
      DeltaPolicies policies) {
    this.database = database;
    this.manifests = manifests;
    this.images = images;
    this.references = references;
    this.deltas = deltas;
    this.downloads = downloads;
    this.queue = queue;
    this.policies = policies;
  }

  /**
   * What came of asking for a delta: it is there, or a job comes first, after which one asks again.
   *
   * @param delta null while something is to be done
   * @param job null when the delta is there; it makes the delta, or the commit of an image
   */
  public record Answer(Listed delta, JobEntity job) {}

  /**
   * Asks for the delta between two commits of a repository, each named by the tag or digest of an
   * image, by a ref or by its checksum. It stays as long as both commits do, or until it is
   * deleted.
   *
   * @param from empty for a delta from nothing
   * @param effort when given, a delta that was made with less is made again
   * @throws RegistryException if a commit is unknown, or there can be no delta between the two
   */
  public Answer request(String repository, String from, String to, Optional<DeltaEffort> effort)
      throws IOException {
    CommitReferences.Found target = references.find(repository, to);
    CommitReferences.Found source = from.isEmpty() ? null : references.find(repository, from);
    if (target.job() != null) {
      return new Answer(null, target.job());
    }
    if (source != null && source.job() != null) {
      return new Answer(null, source.job());
    }
    Stored end = target.commit();
    Stored start = source == null ? null : source.commit();
    if (start != null) {
      checkPair(start, end);
    }
    return ask(start, end, effort.map(DeltaEffort::text).orElse(null));
  }

  private Answer ask(Stored start, Stored end, String effort) {
    Pair pair = new Pair(start == null ? null : start.id(), end.id());
    Listed there = database.transact(session -> deltas.find(session, pair));
    if (there != null && policies.isEnough(there.effort(), effort)) {
      there = database.transact(session -> deltas.want(session, pair));
      if (there != null) {
        return new Answer(there, null);
      }
    }
    return new Answer(null, make(start, end, pair, effort));
  }

  private JobEntity make(Stored start, Stored end, Pair pair, String effort) {
    return queue.ask(
        JobRequest.of(
                JobKind.STATIC_DELTA,
                end.repository(),
                start == null ? null : start.checksum().hex(),
                end.checksum().hex())
            .withEffort(effort),
        session -> deltas.note(session, pair, true));
  }

  private void checkPair(Stored start, Stored end) throws IOException {
    if (start.id() == end.id()) {
      throw unsupported("both ends are the commit " + end.checksum() + "; nothing would change");
    }
    if (start.manifestDigest() == null || end.manifestDigest() == null) {
      return; // Imported commits do not say for which machines they are.
    }
    ManifestEntity source = manifests.get(start.repository(), start.manifestDigest());
    ManifestEntity target = manifests.get(end.repository(), end.manifestDigest());
    try {
      DeltaBuilder.checkPair(images.read(source), images.read(target));
    } catch (DeltaException | OciFormatException e) {
      throw unsupported(e.getMessage());
    }
  }

  private static RegistryException unsupported(String message) {
    return new RegistryException(ErrorCode.UNSUPPORTED, 400, message);
  }

  /** Returns at most {@code limit} deltas after {@code last}; an empty repository means all. */
  public List<Listed> list(String repository, long last, int limit) {
    return database.transact(session -> deltas.list(session, repository, last, limit));
  }

  /** Returns the delta. */
  public Optional<Listed> find(long id) {
    return Optional.ofNullable(database.transact(session -> deltas.find(session, id)));
  }

  /** Removes a delta, which no rule makes again; returns false when there is none. */
  public boolean delete(long id) {
    return database.transact(session -> deltas.delete(session, id));
  }

  /** Returns the delta as a file of its own; empty when there is no such delta. */
  public Optional<Download> file(long id) throws IOException {
    Optional<Listed> delta = find(id);
    return delta.isEmpty() ? Optional.empty() : downloads.open(delta.get());
  }
}
