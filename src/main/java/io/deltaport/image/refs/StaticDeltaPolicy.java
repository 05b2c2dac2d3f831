package io.deltaport.image.refs;

import io.deltaport.image.policy.DeltaPolicies;
import io.deltaport.image.policy.DeltaRule;
import io.deltaport.job.JobKind;
import io.deltaport.job.JobPriority;
import io.deltaport.job.JobRequest;
import io.deltaport.job.Jobs;
import io.deltaport.meta.DeltaCommits;
import io.deltaport.meta.DeltaCommits.Ref;
import io.deltaport.meta.DeltaCommits.Stored;
import io.deltaport.meta.DeltaSources;
import io.deltaport.meta.FormerImages;
import io.deltaport.meta.OstreeRefs.Move;
import io.deltaport.meta.StaticDeltas;
import io.deltaport.meta.StaticDeltas.Pair;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Commit;
import io.deltaport.ostree.OstreeFormatException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;
import org.jboss.logging.Logger;

/**
 * Asks for the static deltas that belong to a ref, in the transaction that moves it. Thread-safe.
 *
 * <p>They start from the commit where the ref was, then from that of the image before, at which the
 * ref may never have been, from those before the new one on its line of parents, as far as the
 * repository has them, and from what else the rule names.
 */
@ApplicationScoped
class StaticDeltaPolicy {
  private static final Logger LOG = Logger.getLogger(StaticDeltaPolicy.class);

  /** Refs that one transaction looks at. */
  private static final int BATCH = 100;

  /** Refs of a repository among which those that a rule names are looked for. */
  private static final int REFS_MAX = 10_000;

  private final DeltaCommits commits;
  private final FormerImages formers;
  private final StaticDeltas deltas;
  private final DeltaSources named;
  private final DeltaPolicies policies;
  private final Jobs jobs;

  StaticDeltaPolicy(
      DeltaCommits commits,
      FormerImages formers,
      StaticDeltas deltas,
      DeltaSources named,
      DeltaPolicies policies,
      Jobs jobs) {
    this.commits = commits;
    this.formers = formers;
    this.deltas = deltas;
    this.named = named;
    this.policies = policies;
    this.jobs = jobs;
  }

  /** Asks for the deltas of refs that have moved. */
  Uni<Void> moved(StatelessSession session, List<Move> moves) {
    Uni<Void> chain = Uni.createFrom().voidItem();
    for (Move move : moves) {
      chain =
          chain
              .flatMap(ignored -> commits.ref(session, move.repositoryId(), move.name()))
              .flatMap(
                  ref ->
                      ref == null ? Uni.createFrom().voidItem() : ask(session, ref, move.from()));
    }
    return chain;
  }

  /**
   * Asks for the deltas of some refs for which nobody has asked: of imports, and of before static
   * deltas were made. Returns how many refs there were.
   */
  Uni<Integer> catchUp(StatelessSession session) {
    return commits
        .unasked(session, BATCH)
        .flatMap(
            refs -> {
              Uni<Void> chain = Uni.createFrom().voidItem();
              for (Ref ref : refs) {
                chain = chain.flatMap(ignored -> ask(session, ref, null));
              }
              return chain.replaceWith(refs.size());
            });
  }

  /**
   * Asks for the deltas to where a ref is.
   *
   * @param before row of the commit where it was, or null
   */
  private Uni<Void> ask(StatelessSession session, Ref ref, Long before) {
    DeltaRule rule = policies.commits().find(ref.repository(), ref.name());
    return commits
        .find(session, ref.commitId())
        .flatMap(
            target ->
                sources(session, ref, target, before, rule.fromLast())
                    .flatMap(last -> withNamed(session, target, last, rule))
                    .flatMap(last -> withPulled(session, target, last, rule))
                    .flatMap(sources -> enqueueAll(session, target, sources, rule)))
        .flatMap(ignored -> commits.asked(session, ref))
        .replaceWithVoid();
  }

  private Uni<List<Stored>> withNamed(
      StatelessSession session, Stored target, List<Stored> found, DeltaRule rule) {
    if (rule.from().isEmpty()) {
      return Uni.createFrom().item(found);
    }
    return named
        .refs(session, target.repositoryId(), REFS_MAX)
        .map(rule::named)
        .flatMap(ids -> withRows(session, target, found, ids));
  }

  private Uni<List<Stored>> withPulled(
      StatelessSession session, Stored target, List<Stored> found, DeltaRule rule) {
    if (rule.fromPulled() == 0) {
      return Uni.createFrom().item(found);
    }
    return named
        .pulledCommits(session, target.repositoryId(), rule.pulledDays(), rule.pulledLimit())
        .map(ids -> rule.pulled(ids, target.id()))
        .flatMap(ids -> withRows(session, target, found, ids));
  }

  private Uni<List<Stored>> withRows(
      StatelessSession session, Stored target, List<Stored> found, List<Long> ids) {
    List<Stored> all = new ArrayList<>(found);
    Uni<Void> chain = Uni.createFrom().voidItem();
    for (Long id : ids) {
      chain =
          chain
              .flatMap(ignored -> commits.find(session, id))
              .invoke(commit -> add(all, commit, target))
              .replaceWithVoid();
    }
    return chain.replaceWith(all);
  }

  private Uni<List<Stored>> sources(
      StatelessSession session, Ref ref, Stored target, Long before, int limit) {
    if (limit == 0) {
      return Uni.createFrom().item(List.of());
    }
    return formers
        .before(session, target.id(), ref.name())
        .flatMap(
            former ->
                find(session, before)
                    .flatMap(
                        start ->
                            find(session, former)
                                .flatMap(last -> sources(session, target, start, last, limit))));
  }

  private Uni<Stored> find(StatelessSession session, Long id) {
    return id == null ? Uni.createFrom().nullItem() : commits.find(session, id);
  }

  /**
   * Where the ref was is where devices are, so it always counts. Images that took each other's
   * place faster than they were absorbed lie between it and the target.
   *
   * @param start where the ref was, or null
   * @param last of the image before, or null when nobody knows it
   */
  private Uni<List<Stored>> sources(
      StatelessSession session, Stored target, Stored start, Stored last, int limit) {
    List<Stored> found = new ArrayList<>();
    add(found, last == null ? start : last, target);
    return parents(session, target, target, found, limit)
        .map(
            ignored -> {
              List<Stored> all = new ArrayList<>();
              add(all, start, target);
              found.forEach(commit -> add(all, commit, target));
              return all;
            });
  }

  private Uni<Void> parents(
      StatelessSession session, Stored child, Stored target, List<Stored> found, int limit) {
    Checksum parent = parent(child);
    if (parent == null || found.size() >= limit) {
      return Uni.createFrom().voidItem();
    }
    return commits
        .find(session, child.repository(), parent.hex())
        .flatMap(
            commit -> {
              if (commit == null) {
                return Uni.createFrom().voidItem();
              }
              add(found, commit, target);
              return parents(session, commit, target, found, limit);
            });
  }

  private static void add(List<Stored> found, Stored commit, Stored target) {
    if (commit != null
        && commit.id() != target.id()
        && found.stream().noneMatch(other -> other.id() == commit.id())) {
      found.add(commit);
    }
  }

  private static Checksum parent(Stored commit) {
    try {
      return Commit.decode(commit.content()).parent().orElse(null);
    } catch (OstreeFormatException e) {
      LOG.warnf("The commit %s is malformed: %s", commit.checksum(), e.getMessage());
      return null;
    }
  }

  private Uni<Void> enqueueAll(
      StatelessSession session, Stored target, List<Stored> sources, DeltaRule rule) {
    Uni<Void> chain = Uni.createFrom().voidItem();
    JobPriority priority = JobPriority.NORMAL;
    for (Stored source : sources) {
      JobPriority when = priority;
      chain = chain.flatMap(ignored -> enqueue(session, source, target, rule, when));
      // Most devices are at the release before.
      priority = JobPriority.LOW;
    }
    return rule.fromScratch()
        ? chain.flatMap(ignored -> enqueue(session, null, target, rule, JobPriority.LOW))
        : chain;
  }

  /** Leaves out what is there, and what was too large or deleted before. */
  private Uni<Void> enqueue(
      StatelessSession session,
      Stored source,
      Stored target,
      DeltaRule rule,
      JobPriority priority) {
    Pair pair = new Pair(source == null ? null : source.id(), target.id());
    return deltas
        .find(session, pair)
        .flatMap(
            delta ->
                delta != null && policies.isEnough(delta.effort(), rule.effortText())
                    ? Uni.createFrom().item(true)
                    : deltas.noted(session, pair).map(Boolean.FALSE::equals))
        .flatMap(
            settled ->
                settled
                    ? Uni.createFrom().voidItem()
                    : jobs.enqueue(session, request(source, target, rule, priority))
                        .replaceWithVoid());
  }

  private static JobRequest request(
      Stored source, Stored target, DeltaRule rule, JobPriority priority) {
    return JobRequest.of(
            JobKind.STATIC_DELTA,
            target.repository(),
            source == null ? null : source.checksum().hex(),
            target.checksum().hex())
        .withPriority(priority)
        .withEffort(rule.effortText());
  }
}
