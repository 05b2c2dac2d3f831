package io.deltaport.image;

import io.deltaport.image.refs.Successions;
import io.deltaport.image.refs.Successions.Tagged;
import io.deltaport.job.JobKind;
import io.deltaport.job.Jobs;
import io.deltaport.meta.FormerImages;
import io.deltaport.meta.FormerImages.Succession;
import io.deltaport.meta.ManifestEntity;
import io.deltaport.meta.Manifests;
import io.deltaport.oci.Descriptor;
import io.deltaport.oci.Manifest;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * Decides which work follows from a push: every image is absorbed and offered to OSTree clients,
 * the refs of an index follow its tags, and a tag that moves from one image to another asks for the
 * delta between them, for each platform of an index. Thread-safe.
 */
@ApplicationScoped
class ReleaseJobs {
  private final Jobs jobs;
  private final Manifests manifests;
  private final FormerImages formers;
  private final RestackRules restacks;

  ReleaseJobs(Jobs jobs, Manifests manifests, FormerImages formers, RestackRules restacks) {
    this.jobs = jobs;
    this.manifests = manifests;
    this.formers = formers;
    this.restacks = restacks;
  }

  private record Pair(String source, String target) {}

  /**
   * A manifest that was pushed.
   *
   * @param before what the push's tags pointed at until now, by the tag; not those that are new
   */
  record Pushed(
      long repositoryId,
      String repository,
      Manifest manifest,
      String digest,
      Map<String, String> before) {}

  /** Asks for the work in the caller's transaction, and notes what the push took the place of. */
  Uni<Void> enqueue(StatelessSession session, Pushed pushed) {
    Manifest manifest = pushed.manifest();
    if (!manifest.isImage() && !manifest.isIndex()) {
      return Uni.createFrom().voidItem();
    }
    Uni<Void> chain =
        jobs.enqueue(session, JobKind.ABSORB, pushed.repository(), null, pushed.digest())
            .replaceWithVoid();
    if (!restacks.isEmpty() && manifest.isImage()) {
      chain =
          chain.flatMap(
              ignored ->
                  jobs.enqueue(session, JobKind.RESTACK, pushed.repository(), null, pushed.digest())
                      .replaceWithVoid());
    }
    for (String source : new LinkedHashSet<>(pushed.before().values())) {
      if (!source.equals(pushed.digest())) {
        chain =
            chain
                .flatMap(ignored -> manifests.byDigest(session, pushed.repository(), source))
                .flatMap(
                    old ->
                        old == null
                            ? Uni.createFrom().voidItem()
                            : follow(session, pushed, new Tagged(parse(old), source)));
      }
    }
    return chain;
  }

  private static Manifest parse(ManifestEntity old) {
    return StoredManifest.parse(old.content, old.mediaType, "manifest " + old.digest);
  }

  private Uni<Void> follow(StatelessSession session, Pushed pushed, Tagged old) {
    Tagged now = new Tagged(pushed.manifest(), pushed.digest());
    List<Succession> successions = new ArrayList<>();
    pushed
        .before()
        .forEach(
            (tag, digest) -> {
              if (digest.equals(old.digest())) {
                successions.addAll(Successions.of(tag, old, now));
              }
            });
    return formers
        .record(session, pushed.repositoryId(), successions)
        .flatMap(ignored -> enqueueAll(session, pushed.repository(), pairs(old, now)));
  }

  private Uni<Void> enqueueAll(StatelessSession session, String repository, List<Pair> pairs) {
    Uni<Void> chain = Uni.createFrom().voidItem();
    for (Pair pair : pairs) {
      chain =
          chain.flatMap(
              ignored ->
                  jobs.enqueue(session, JobKind.DELTA, repository, pair.source(), pair.target())
                      .replaceWithVoid());
    }
    return chain;
  }

  private static List<Pair> pairs(Tagged old, Tagged now) {
    if (now.manifest().isImage() && old.manifest().isImage()) {
      return List.of(new Pair(old.digest(), now.digest()));
    }
    List<Pair> pairs = new ArrayList<>();
    for (Descriptor target : now.manifest().manifests()) {
      for (Descriptor source : old.manifest().manifests()) {
        if (target.platform() != null
            && target.platform().equals(source.platform())
            && !target.digest().equals(source.digest())) {
          pairs.add(new Pair(source.digest(), target.digest()));
        }
      }
    }
    return pairs;
  }
}
