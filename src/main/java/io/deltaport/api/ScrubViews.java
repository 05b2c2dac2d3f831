package io.deltaport.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import io.deltaport.meta.ScrubFindings.Finding;
import io.deltaport.meta.ScrubRuns.Run;
import java.time.Instant;
import java.util.List;

/** The JSON objects of the scrub. Fields without a value are left out. */
public final class ScrubViews {
  private ScrubViews() {}

  /** How fast a pass may go; without a value as the server is set, 0 without a limit. */
  public record ScrubRequest(Long bytesPerSecond) {}

  /** A page of passes; {@code next} is the {@code last} of the next page. */
  @JsonInclude(Include.NON_NULL)
  public record RunPage(List<RunView> runs, String next) {}

  /** A pass of the scrub. */
  @JsonInclude(Include.NON_NULL)
  public record RunView(
      long id,
      String cause,
      String state,
      String stage,
      long done,
      long total,
      long items,
      long findings,
      long open,
      long unreferencedFiles,
      long unreferencedBytes,
      String error,
      Instant created,
      Instant started,
      Instant ended) {
    /** Shows a pass. */
    public static RunView of(Run run) {
      return new RunView(
          run.id(),
          run.cause(),
          run.state(),
          run.stage().isEmpty() ? null : run.stage(),
          run.work().bytesRead(),
          Math.max(run.work().bytesTotal(), run.work().bytesRead()),
          run.work().items(),
          run.findings(),
          run.open(),
          run.work().unreferencedFiles(),
          run.work().unreferencedBytes(),
          run.error(),
          run.createdAt(),
          run.startedAt(),
          run.endedAt());
    }
  }

  /** A page of findings; {@code next} is the {@code last} of the next page. */
  @JsonInclude(Include.NON_NULL)
  public record FindingPage(List<FindingView> findings, String next) {}

  /** Something that is or was wrong. */
  @JsonInclude(Include.NON_NULL)
  public record FindingView(
      long id,
      Long run,
      String kind,
      String name,
      String repository,
      String damage,
      String detail,
      String outcome,
      String quarantine,
      Instant found,
      Instant settled) {
    /** Shows a finding. */
    public static FindingView of(Finding finding) {
      return new FindingView(
          finding.id(),
          finding.run() == 0 ? null : finding.run(),
          finding.damage().kind(),
          finding.damage().name(),
          finding.damage().repository().isEmpty() ? null : finding.damage().repository(),
          finding.damage().damage(),
          finding.damage().detail(),
          finding.outcome(),
          finding.quarantineKey(),
          finding.foundAt(),
          finding.settledAt());
    }
  }
}
