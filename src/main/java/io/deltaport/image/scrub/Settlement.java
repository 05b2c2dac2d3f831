package io.deltaport.image.scrub;

import io.deltaport.job.JobKind;
import io.deltaport.job.JobRequest;
import io.deltaport.job.Jobs;
import io.deltaport.meta.Database;
import io.deltaport.meta.ScrubFindings;
import io.deltaport.meta.ScrubFindings.Finding;
import io.deltaport.meta.ScrubRepairs;
import io.deltaport.meta.ScrubRepairs.Place;
import io.deltaport.meta.ScrubRepairs.Repair;
import io.deltaport.meta.ScrubRepairs.State;
import io.deltaport.meta.ScrubRows;
import io.deltaport.meta.ScrubRows.FileRow;
import io.deltaport.meta.ScrubRows.FileTable;
import io.deltaport.meta.ScrubRows.ManifestRow;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * Finds out what became of open findings, and asks for the jobs that restore what is missing.
 * Thread-safe.
 */
@ApplicationScoped
class Settlement {
  private static final int PAGE_ROWS = 200;

  private final Database database;
  private final ScrubFindings open;
  private final ScrubRepairs repairs;
  private final ScrubRows rows;
  private final Jobs jobs;
  private final BlobScrub blobs;
  private final Findings findings;

  Settlement(
      Database database,
      ScrubFindings open,
      ScrubRepairs repairs,
      ScrubRows rows,
      Jobs jobs,
      BlobScrub blobs,
      Findings findings) {
    this.database = database;
    this.open = open;
    this.repairs = repairs;
    this.rows = rows;
    this.jobs = jobs;
    this.blobs = blobs;
    this.findings = findings;
  }

  /**
   * Looks at open findings; returns how many are being repaired.
   *
   * @param only findings with this outcome so far; empty means all
   * @param retry whether to ask again for work that failed
   */
  int settle(String only, boolean retry) throws IOException {
    int repairing = 0;
    long last = 0;
    List<Finding> page;
    do {
      long after = last;
      page = database.transact(session -> open.open(session, only, after, PAGE_ROWS));
      for (Finding finding : page) {
        String outcome = outcome(finding, retry);
        if (!outcome.equals(finding.outcome())) {
          findings.outcome(finding.id(), outcome);
        }
        if (outcome.equals(Findings.REPAIRED)) {
          database.transact(session -> repairs.forgetLost(session, finding.id()));
        }
        repairing += outcome.equals(Findings.REPAIRING) ? 1 : 0;
        last = finding.id();
      }
    } while (page.size() == PAGE_ROWS);
    return repairing;
  }

  private String outcome(Finding finding, boolean retry) throws IOException {
    boolean row =
        finding.damage().damage().equals(RowStage.DAMAGE)
            && !finding.damage().kind().equals(RecipeScrub.KIND);
    if (row || finding.outcome().equals(Verdict.UNREADABLE)) {
      return finding.outcome(); // The next pass tells.
    }
    return switch (finding.damage().kind()) {
      case BlobScrub.KIND, BlobRecipeScrub.KIND -> ofBlob(finding, retry);
      case ManifestStage.KIND -> ofManifest(finding, retry);
      case PackScrub.KIND, RecipeScrub.KIND ->
          ofWork(finding, database.transact(session -> repairs.of(session, finding.id())), retry);
      default -> finding.outcome();
    };
  }

  private String ofBlob(Finding finding, boolean retry) throws IOException {
    String digest = finding.damage().name();
    FileRow row = database.transact(session -> rows.file(session, FileTable.BLOB, digest));
    if (row == null) {
      return Findings.GONE;
    }
    if (!row.damaged()) {
      return Findings.REPAIRED;
    }
    List<Repair> work = database.transact(session -> repairs.of(session, finding.id()));
    if (work.isEmpty()) {
      return finding.outcome();
    }
    String outcome = ofWork(finding, work, retry);
    if (!outcome.equals(Findings.REPAIRED) || blobs.recover(digest)) {
      return outcome;
    }
    // A new delta may have other bytes; then nobody asks for the old ones.
    boolean named = database.transact(session -> repairs.isReferenced(session, digest));
    return named ? Findings.AWAITING_PUSH : Findings.REPAIRED;
  }

  private String ofManifest(Finding finding, boolean retry) {
    String digest = finding.damage().name();
    String repository = finding.damage().repository();
    Optional<ManifestRow> row =
        database.transact(session -> rows.manifests(session, digest)).stream()
            .filter(manifest -> manifest.repository().equals(repository))
            .findFirst();
    if (row.isPresent()) {
      return row.get().damaged() ? finding.outcome() : Findings.REPAIRED;
    }
    List<Repair> work = database.transact(session -> repairs.of(session, finding.id()));
    return work.isEmpty() ? Findings.GONE : ofWork(finding, work, retry);
  }

  private String ofWork(Finding finding, List<Repair> work, boolean retry) {
    Set<String> outcomes = new HashSet<>();
    for (Repair repair : work) {
      outcomes.add(outcome(repair, retry || finding.outcome().equals(Findings.AWAITING_PUSH)));
    }
    return Stream.of(Findings.REPAIRING, Findings.LOST, Findings.AWAITING_PUSH)
        .filter(outcomes::contains)
        .findFirst()
        .orElse(Findings.REPAIRED);
  }

  private String outcome(Repair repair, boolean again) {
    State state = repair.state();
    if (state.restored() || !state.needed()) {
      return Findings.REPAIRED;
    }
    if (state.active()) {
      return Findings.REPAIRING;
    }
    if (!state.ready()) {
      return Findings.AWAITING_PUSH;
    }
    if (state.asked() && !again) {
      return Findings.LOST;
    }
    database.transact(session -> ask(session, repair));
    return Findings.REPAIRING;
  }

  private Uni<Integer> ask(StatelessSession session, Repair repair) {
    if (repair.place() != null) {
      boolean ostree = repair.kind().equals("static-delta");
      return ask(session, repair, ostree ? JobKind.STATIC_DELTA : JobKind.DELTA, repair.place());
    }
    return repairs
        .image(session, repair.digest())
        .flatMap(
            image ->
                image == null
                    ? Uni.createFrom().item(0)
                    : repairs
                        .forgetTree(session, image.target())
                        .flatMap(ignored -> ask(session, repair, JobKind.ABSORB, image)));
  }

  /** What was there comes back whatever a rule says of its size, and before anything else. */
  private Uni<Integer> ask(StatelessSession session, Repair repair, JobKind kind, Place place) {
    JobRequest request = JobRequest.of(kind, place.repository(), place.source(), place.target());
    return jobs.enqueue(session, request.byName())
        .flatMap(job -> repairs.ask(session, repair, job));
  }
}
