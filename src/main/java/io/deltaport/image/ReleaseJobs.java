package io.deltaport.image;

import io.deltaport.image.refs.Successions;
import io.deltaport.image.refs.Successions.Tagged;
import io.deltaport.job.JobKind;
import io.deltaport.job.JobRequest;
import io.deltaport.job.Jobs;
import io.deltaport.meta.FormerImages;
import io.deltaport.meta.Manifests;
import io.deltaport.oci.Manifest;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * Decides which work follows from a push: every image is absorbed and offered to OSTree clients,
 * the refs of an index follow its tags, and a tag that moves gets the deltas of its rule, for each
 * platform of an index. Thread-safe.
 */
@ApplicationScoped
class ReleaseJobs {
  private final Jobs jobs;
  private final Manifests manifests;
  private final FormerImages formers;
  private final DeltaPolicy policy;
  private final RestackRules restacks;

  ReleaseJobs(
      Jobs jobs,
      Manifests manifests,
      FormerImages formers,
      DeltaPolicy policy,
      RestackRules restacks) {
    this.policy = policy;
    this.jobs = jobs;
    this.manifests = manifests;
    this.formers = formers;
    this.restacks = restacks;
  }

  /**
   * A manifest that was pushed.
   *
   * @param tags those that lead to it now
   * @param before what the tags pointed at until now, by the tag; not those that are new
   */
  record Pushed(
      long repositoryId,
      String repository,
      Manifest manifest,
      String digest,
      List<String> tags,
      Map<String, String> before) {}

  /** Asks for the work in the caller's transaction, and notes what the push took the place of. */
  Uni<Void> enqueue(StatelessSession session, Pushed pushed) {
    Manifest manifest = pushed.manifest();
    if (!manifest.isImage() && !manifest.isIndex()) {
      return Uni.createFrom().voidItem();
    }
    Uni<Void> chain = ask(session, pushed, JobKind.ABSORB, null);
    for (String tag : pushed.tags()) {
      if (restacks.find(pushed.repository(), tag).isPresent()) {
        chain = chain.flatMap(ignored -> ask(session, pushed, JobKind.RESTACK, tag));
      }
      String source = pushed.before().get(tag);
      if (!pushed.digest().equals(source)) {
        chain =
            chain
                .flatMap(ignored -> before(session, pushed, source))
                .flatMap(before -> follow(session, pushed, tag, before));
      }
    }
    return chain;
  }

  private Uni<Void> ask(StatelessSession session, Pushed pushed, JobKind kind, String tag) {
    return jobs.enqueue(session, JobRequest.of(kind, pushed.repository(), tag, pushed.digest()))
        .replaceWithVoid();
  }

  /** Returns where a tag was, or null. */
  private Uni<Tagged> before(StatelessSession session, Pushed pushed, String digest) {
    return digest == null
        ? Uni.createFrom().nullItem()
        : manifests
            .byDigest(session, pushed.repository(), digest)
            .map(row -> row == null ? null : DeltaPolicy.tagged(row));
  }

  private Uni<Void> follow(StatelessSession session, Pushed pushed, String tag, Tagged before) {
    Tagged now = new Tagged(pushed.manifest(), pushed.digest());
    return formers
        .record(
            session,
            pushed.repositoryId(),
            before == null ? List.of() : Successions.of(tag, before, now))
        .flatMap(ignored -> policy.follow(session, pushed, tag, before));
  }
}
