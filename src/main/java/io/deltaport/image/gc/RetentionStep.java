package io.deltaport.image.gc;

import io.deltaport.meta.Database;
import io.deltaport.meta.Repositories;
import io.deltaport.meta.gc.RepositoryContent;
import io.deltaport.meta.gc.RepositoryContent.Manifest;
import io.deltaport.meta.gc.RepositoryContent.Tag;
import io.deltaport.meta.gc.RetentionRows;
import io.deltaport.meta.gc.Sweep;
import io.deltaport.meta.gc.Tally;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Removes tags and manifests that no retention rule keeps. Thread-safe. */
@ApplicationScoped
class RetentionStep implements GcStep {
  private static final int PAGE_REPOSITORIES = 1_000;

  /** Indexes in indexes that one run takes apart; the next run goes on with deeper ones. */
  private static final int INDEX_DEPTH_MAX = 8;

  private final Database database;
  private final Repositories repositories;
  private final RetentionRules rules;
  private final RetentionRows rows;
  private final PullRecords pulls;

  RetentionStep(
      Database database,
      Repositories repositories,
      RetentionRules rules,
      RetentionRows rows,
      PullRecords pulls) {
    this.database = database;
    this.repositories = repositories;
    this.rules = rules;
    this.rows = rows;
    this.pulls = pulls;
  }

  @Override
  public Order order() {
    return Order.RETENTION;
  }

  @Override
  public void run(Context context) {
    if (rules.isEmpty()) {
      return;
    }
    pulls.flush();
    String last = "";
    List<String> page;
    do {
      String after = last;
      page = database.transact(session -> repositories.list(session, after, PAGE_REPOSITORIES));
      for (String repository : page) {
        rules.find(repository).ifPresent(rule -> apply(repository, rule, context));
        last = repository;
      }
    } while (page.size() == PAGE_REPOSITORIES);
  }

  private void apply(String repository, RetentionRule rule, Context context) {
    context.progress().update("retention", 0, -1);
    RepositoryContent content = database.transact(session -> rows.read(session, repository));
    if (content == null) {
      return;
    }
    RetentionPlan plan = RetentionPlan.of(content, rule);
    String reason = "the rule for " + rule.repositories() + " does not keep it";
    context.report().removed("tag", reason, tags(plan.tags(), context));
    context.report().removed("manifest", reason, manifests(plan.manifests(), context));
  }

  private Tally tags(List<Tag> doomed, Context context) {
    if (context.dryRun() || doomed.isEmpty()) {
      return new Tally(doomed.size(), 0);
    }
    int gone = database.transact(session -> rows.deleteTags(session, doomed));
    return new Tally(gone, 0);
  }

  /** Indexes go before what is in them: a manifest in an index that is there stays. */
  private Tally manifests(List<Manifest> doomed, Context context) {
    if (context.dryRun()) {
      return new Tally(doomed.size(), 0);
    }
    Tally all = Tally.NONE;
    for (int depth = 0; depth < INDEX_DEPTH_MAX; depth++) {
      Tally gone = Tally.NONE;
      for (int i = 0; i < doomed.size(); i += Sweep.BATCH_ROWS) {
        List<Manifest> batch = doomed.subList(i, Math.min(doomed.size(), i + Sweep.BATCH_ROWS));
        gone = gone.plus(database.transact(session -> rows.deleteManifests(session, batch)));
      }
      all = all.plus(gone);
      if (gone.count() == 0 || all.count() == doomed.size()) {
        break;
      }
    }
    return all;
  }
}
