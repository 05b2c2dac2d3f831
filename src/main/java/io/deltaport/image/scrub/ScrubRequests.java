package io.deltaport.image.scrub;

import io.deltaport.meta.Database;
import io.deltaport.meta.ScrubFindings;
import io.deltaport.meta.ScrubFindings.Finding;
import io.deltaport.meta.ScrubRuns;
import io.deltaport.meta.ScrubRuns.Run;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The scrub as the API and the command-line tool ask for it. Thread-safe. */
@ApplicationScoped
public class ScrubRequests {
  private final Database database;
  private final ScrubRuns runs;
  private final ScrubFindings findings;
  private final Scrub scrub;

  ScrubRequests(Database database, ScrubRuns runs, ScrubFindings findings, Scrub scrub) {
    this.database = database;
    this.runs = runs;
    this.findings = findings;
    this.scrub = scrub;
  }

  /**
   * Asks for a pass, which begins in about a second; while one is on its way that one is returned.
   *
   * @param bytesPerSecond 0 means without a limit; empty as the server is set
   */
  public Run request(OptionalLong bytesPerSecond) {
    Long rate = bytesPerSecond.isPresent() ? bytesPerSecond.getAsLong() : null;
    return database.transact(
        session -> runs.request(session, "request", rate).flatMap(id -> runs.find(session, id)));
  }

  /**
   * Makes a whole pass now, where no server runs that could: repairs by jobs are only asked for.
   */
  public Run runOffline() throws IOException {
    Run left = database.transact(runs::active);
    if (left != null) {
      database.transact(session -> runs.end(session, left.id(), "another pass was begun instead"));
    }
    long id = database.transact(session -> runs.request(session, "offline", 0L));
    scrub.runOffline();
    return database.transact(session -> runs.find(session, id));
  }

  /** Returns the pass. */
  public Optional<Run> find(long id) {
    return Optional.ofNullable(database.transact(session -> runs.find(session, id)));
  }

  /** Returns at most {@code limit} passes with smaller numbers, newest first. */
  public List<Run> runs(long before, int limit) {
    return database.transact(session -> runs.list(session, before, limit));
  }

  /** Returns at most {@code limit} findings after {@code last}, of a pass or (0) of all. */
  public List<Finding> findings(long run, long last, int limit) {
    return database.transact(session -> findings.list(session, run, last, limit));
  }
}
