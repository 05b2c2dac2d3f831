package io.deltaport.image;

import io.deltaport.delta.DeltaEffort;
import io.deltaport.delta.ocidelta.DeltaBuilder;
import io.deltaport.delta.ocidelta.DeltaException;
import io.deltaport.image.policy.DeltaPolicies;
import io.deltaport.job.JobEntity;
import io.deltaport.job.JobKind;
import io.deltaport.job.JobRequest;
import io.deltaport.meta.Database;
import io.deltaport.meta.Deltas;
import io.deltaport.meta.Deltas.Listed;
import io.deltaport.meta.ManifestEntity;
import io.deltaport.oci.ErrorCode;
import io.deltaport.oci.OciFormatException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Deltas between images, as the API asks for them. Thread-safe. */
@ApplicationScoped
public class DeltaRequests {
  /** The format's name in requests. */
  public static final String FORMAT = "oci-delta";

  private final Database database;
  private final ManifestStore manifests;
  private final StoredImage images;
  private final Deltas deltas;
  private final DeltaQueue queue;
  private final DeltaPolicies policies;

  DeltaRequests(
      Database database,
      ManifestStore manifests,
      StoredImage images,
      Deltas deltas,
      DeltaQueue queue,
      DeltaPolicies policies) {
    this.database = database;
    this.manifests = manifests;
    this.images = images;
    this.deltas = deltas;
    this.queue = queue;
    this.policies = policies;
  }

  /**
   * What came of asking for a delta: it is there, or a job makes it.
   *
   * @param delta null while it is being made
   * @param job null when the delta is there
   */
  public record Answer(Listed delta, JobEntity job) {}

  /**
   * Asks for the delta between two images of a repository, each named by tag or digest.
   *
   * @param effort when given, a delta that was made with less is made again
   * @throws RegistryException if an image is unknown, there can be no delta between the two, or too
   *     many deltas are waiting
   */
  public Answer request(String repository, String from, String to, Optional<DeltaEffort> effort)
      throws IOException {
    ManifestEntity source = manifests.get(repository, from);
    ManifestEntity target = manifests.get(repository, to);
    try {
      DeltaBuilder.checkPair(images.read(source), images.read(target));
    } catch (DeltaException | OciFormatException e) {
      throw new RegistryException(ErrorCode.UNSUPPORTED, 400, e.getMessage());
    }
    Listed known =
        database.transact(
            session -> deltas.find(session, repository, source.digest, target.digest, FORMAT));
    String word = effort.map(DeltaEffort::text).orElse(null);
    if (known != null && policies.isEnough(known.effort(), word)) {
      return new Answer(known, null);
    }
    return new Answer(
        null,
        queue.ask(
            JobRequest.of(JobKind.DELTA, repository, source.digest, target.digest)
                .withEffort(word)));
  }

  /** Returns at most {@code limit} deltas after {@code last}; an empty repository means all. */
  public List<Listed> list(String repository, long last, int limit) {
    return database.transact(session -> deltas.list(session, repository, last, limit));
  }
}
