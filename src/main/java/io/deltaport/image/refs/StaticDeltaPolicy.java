package io.deltaport.image.refs;

import io.deltaport.job.JobKind;
import io.deltaport.job.Jobs;
import io.deltaport.meta.DeltaCommits;
import io.deltaport.meta.DeltaCommits.Ref;
import io.deltaport.meta.DeltaCommits.Stored;
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
 * ref may never have been, and from those before the new one on its line of parents, as far as the
 * repository has them.
 */
@ApplicationScoped
class StaticDeltaPolicy {
  private static final Logger LOG = Logger.getLogger(StaticDeltaPolicy.class);

  /** Refs that one transaction looks at. */
  private static final int BATCH = 100;

  private final DeltaCommits commits;
  private final FormerImages formers;
  private final StaticDeltas deltas;
  private final StaticDeltaRules rules;
  private final Jobs jobs;

  StaticDeltaPolicy(
      DeltaCommits commits,
      FormerImages formers,
      StaticDeltas deltas,
      StaticDeltaRules rules,
      Jobs jobs) {
    this.commits = commits;
    this.formers = formers;
    this.deltas = deltas;
    this.rules = rules;
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
    StaticDeltaRule rule = rules.find(ref.repository(), ref.name());
    return commits
        .find(session, ref.commitId())
        .flatMap(
            target ->
                sources(session, ref, target, before, rule.fromLast())
                    .flatMap(sources -> enqueueAll(session, target, sources, rule.fromScratch())))
        .flatMap(ignored -> commits.asked(session, ref))
        .replaceWithVoid();
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
      StatelessSession session, Stored target, List<Stored> sources, boolean fromScratch) {
    Uni<Void> chain = Uni.createFrom().voidItem();
    for (Stored source : sources) {
      chain = chain.flatMap(ignored -> enqueue(session, source, target));
    }
    return fromScratch ? chain.flatMap(ignored -> enqueue(session, null, target)) : chain;
  }

  /** Leaves out what is there, and what was too large or deleted before. */
  private Uni<Void> enqueue(StatelessSession session, Stored source, Stored target) {
    Pair pair = new Pair(source == null ? null : source.id(), target.id());
    return deltas
        .find(session, pair)
        .flatMap(
            delta ->
                delta != null
                    ? Uni.createFrom().item(true)
                    : deltas.noted(session, pair).map(Boolean.FALSE::equals))
        .flatMap(
            settled ->
                settled
                    ? Uni.createFrom().voidItem()
                    : jobs.enqueue(
                            session,
                            JobKind.STATIC_DELTA,
                            target.repository(),
                            source == null ? null : source.checksum().hex(),
                            target.checksum().hex())
                        .replaceWithVoid());
  }
}
