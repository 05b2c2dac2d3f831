package io.deltaport.image;

import io.deltaport.image.ReleaseJobs.Pushed;
import io.deltaport.image.policy.DeltaPolicies;
import io.deltaport.image.policy.DeltaRule;
import io.deltaport.image.refs.Successions;
import io.deltaport.image.refs.Successions.Tagged;
import io.deltaport.job.JobKind;
import io.deltaport.job.JobPriority;
import io.deltaport.job.JobRequest;
import io.deltaport.job.Jobs;
import io.deltaport.meta.DeltaSources;
import io.deltaport.meta.Deltas;
import io.deltaport.meta.FormerImages.Succession;
import io.deltaport.meta.ManifestEntity;
import io.deltaport.meta.Manifests;
import io.deltaport.oci.Descriptor;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * Asks for the deltas that a tag gets by its rule when it is pushed, in the transaction of the
 * push. Thread-safe.
 *
 * <p>The one from where the tag was is as urgent as the push; the others come when there is time.
 */
@ApplicationScoped
class DeltaPolicy {
  /** Tags of a repository among which those that a rule names are looked for. */
  private static final int TAGS_MAX = 10_000;

  private final DeltaPolicies policies;
  private final DeltaSources sources;
  private final Manifests manifests;
  private final Deltas deltas;
  private final Jobs jobs;

  DeltaPolicy(
      DeltaPolicies policies, DeltaSources sources, Manifests manifests, Deltas deltas, Jobs jobs) {
    this.policies = policies;
    this.sources = sources;
    this.manifests = manifests;
    this.deltas = deltas;
    this.jobs = jobs;
  }

  /** An image from which a delta starts, and the one to which it goes. */
  private record Pair(String source, String target) {}

  /**
   * Asks for the deltas of one tag.
   *
   * @param before where the tag was, or null when it is new
   */
  Uni<Void> follow(StatelessSession session, Pushed pushed, String tag, Tagged before) {
    DeltaRule rule = policies.images().find(pushed.repository(), tag);
    Tagged now = new Tagged(pushed.manifest(), pushed.digest());
    Set<Pair> last = new LinkedHashSet<>();
    if (before != null && rule.fromLast() > 0) {
      last.addAll(pairs(before, now));
    }
    Set<Pair> more = new LinkedHashSet<>();
    return older(
            session, pushed, before == null ? List.of() : Successions.of(tag, before, now), rule)
        .invoke(more::addAll)
        .flatMap(ignored -> named(session, pushed, now, rule))
        .invoke(more::addAll)
        .flatMap(ignored -> pulled(session, pushed, now, rule))
        .invoke(more::addAll)
        .invoke(() -> more.removeAll(last))
        .flatMap(ignored -> ask(session, pushed, last, rule, JobPriority.NORMAL))
        .flatMap(ignored -> ask(session, pushed, more, rule, JobPriority.LOW));
  }

  /** What the tag led to before it led to where it was. */
  private Uni<List<Pair>> older(
      StatelessSession session, Pushed pushed, List<Succession> successions, DeltaRule rule) {
    List<Pair> pairs = new ArrayList<>();
    Uni<Void> chain = Uni.createFrom().voidItem();
    if (rule.fromLast() > 1) {
      for (Succession last : successions) {
        chain =
            chain
                .flatMap(
                    ignored ->
                        sources.before(
                            session,
                            pushed.repositoryId(),
                            last.former(),
                            last.formerRef(),
                            rule.fromLast() - 1))
                .invoke(digests -> digests.forEach(d -> pairs.add(new Pair(d, last.digest()))))
                .replaceWithVoid();
      }
    }
    return chain.replaceWith(pairs);
  }

  private Uni<List<Pair>> named(
      StatelessSession session, Pushed pushed, Tagged now, DeltaRule rule) {
    if (rule.from().isEmpty()) {
      return Uni.createFrom().item(List.of());
    }
    return sources
        .tags(session, pushed.repositoryId(), TAGS_MAX)
        .map(rule::named)
        .flatMap(digests -> pairs(session, pushed, digests, now));
  }

  private Uni<List<Pair>> pulled(
      StatelessSession session, Pushed pushed, Tagged now, DeltaRule rule) {
    if (rule.fromPulled() == 0) {
      return Uni.createFrom().item(List.of());
    }
    boolean image = now.manifest().isImage();
    return sources
        .pulled(session, pushed.repositoryId(), image, rule.pulledDays(), rule.pulledLimit())
        .map(digests -> rule.pulled(digests, now.digest()))
        .flatMap(digests -> pairs(session, pushed, digests, now));
  }

  private Uni<List<Pair>> pairs(
      StatelessSession session, Pushed pushed, List<String> digests, Tagged now) {
    List<Pair> pairs = new ArrayList<>();
    Uni<Void> chain = Uni.createFrom().voidItem();
    for (String digest : digests) {
      chain =
          chain
              .flatMap(ignored -> manifests.byDigest(session, pushed.repository(), digest))
              .invoke(
                  row -> {
                    if (row != null) {
                      pairs.addAll(pairs(tagged(row), now));
                    }
                  })
              .replaceWithVoid();
    }
    return chain.replaceWith(pairs);
  }

  /** Returns what a row holds. */
  static Tagged tagged(ManifestEntity row) {
    return new Tagged(
        StoredManifest.parse(row.content, row.mediaType, "manifest " + row.digest), row.digest);
  }

  private static List<Pair> pairs(Tagged old, Tagged now) {
    if (now.manifest().isImage() && old.manifest().isImage()) {
      return old.digest().equals(now.digest())
          ? List.of()
          : List.of(new Pair(old.digest(), now.digest()));
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

  /** Leaves out what is there. */
  private Uni<Void> ask(
      StatelessSession session,
      Pushed pushed,
      Collection<Pair> pairs,
      DeltaRule rule,
      JobPriority priority) {
    Uni<Void> chain = Uni.createFrom().voidItem();
    for (Pair pair : pairs) {
      JobRequest request =
          JobRequest.of(JobKind.DELTA, pushed.repository(), pair.source(), pair.target())
              .withPriority(priority)
              .withEffort(rule.effortText());
      chain =
          chain
              .flatMap(
                  ignored ->
                      deltas.find(
                          session,
                          pushed.repository(),
                          pair.source(),
                          pair.target(),
                          DeltaRequests.FORMAT))
              .flatMap(
                  there ->
                      there != null && policies.isEnough(there.effort(), rule.effortText())
                          ? Uni.createFrom().voidItem()
                          : jobs.enqueue(session, request).replaceWithVoid());
    }
    return chain;
  }
}
