package io.deltaport.image;

import io.deltaport.job.JobKind;
import io.deltaport.job.Jobs;
import io.deltaport.meta.ManifestEntity;
import io.deltaport.meta.Manifests;
import io.deltaport.oci.Descriptor;
import io.deltaport.oci.Manifest;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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

  ReleaseJobs(Jobs jobs, Manifests manifests) {
    this.jobs = jobs;
    this.manifests = manifests;
  }

  private record Pair(String source, String target) {}

  /**
   * Asks for the work in the caller's transaction.
   *
   * @param before what the push's tags pointed at until now
   */
  Uni<Void> enqueue(
      StatelessSession session,
      String repository,
      Manifest manifest,
      String digest,
      Set<String> before) {
    Uni<Void> absorb =
        manifest.isImage() || manifest.isIndex()
            ? jobs.enqueue(session, JobKind.ABSORB, repository, null, digest).replaceWithVoid()
            : Uni.createFrom().voidItem();
    if (!manifest.isImage() && !manifest.isIndex()) {
      return absorb;
    }
    Uni<Void> chain = absorb;
    for (String source : before) {
      if (!source.equals(digest)) {
        chain =
            chain
                .flatMap(ignored -> manifests.byDigest(session, repository, source))
                .flatMap(
                    old ->
                        old == null
                            ? Uni.createFrom().voidItem()
                            : enqueueAll(session, repository, pairs(old, manifest, digest)));
      }
    }
    return chain;
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

  private static List<Pair> pairs(ManifestEntity old, Manifest manifest, String digest) {
    Manifest previous = StoredManifest.parse(old.content, old.mediaType, "manifest " + old.digest);
    if (manifest.isImage() && previous.isImage()) {
      return List.of(new Pair(old.digest, digest));
    }
    List<Pair> pairs = new ArrayList<>();
    for (Descriptor target : manifest.manifests()) {
      for (Descriptor source : previous.manifests()) {
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
