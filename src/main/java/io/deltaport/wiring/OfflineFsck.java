package io.deltaport.wiring;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.deltaport.api.ScrubViews.FindingView;
import io.deltaport.api.ScrubViews.RunView;
import io.deltaport.cli.FsckReport;
import io.deltaport.cli.ProgressBar;
import io.deltaport.image.rebuild.RebuildReport;
import io.deltaport.image.rebuild.RowRebuild;
import io.deltaport.image.scrub.ScrubRequests;
import io.deltaport.meta.ScrubFindings.Finding;
import io.deltaport.meta.ScrubRuns.Run;
import io.quarkus.runtime.QuarkusApplication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Scrubs a data folder that no server uses: the database is started as a server would, but no port
 * is opened and no job is run. Repairs that need a job are done by the next server.
 */
@Command(
    name = "deltaport fsck",
    mixinStandardHelpOptions = true,
    description =
        "Looks for damage in a data folder that no server uses, and whether its database has a row for "
            + "all that packs and recipes hold.")
final class OfflineFsck implements Callable<Integer> {
  /** The setting that keeps jobs from running. */
  static final String PROPERTY = "deltaport.offline";

  private static final AtomicInteger STATUS = new AtomicInteger(FsckReport.FAILED);
  private static final AtomicBoolean JSON = new AtomicBoolean();
  private static final AtomicBoolean REBUILD = new AtomicBoolean();

  @Option(names = "--data", required = true, paramLabel = "DIR", description = "The data folder.")
  private Path data;

  @Option(names = "--json", description = "Answer in JSON.")
  private boolean json;

  @Option(
      names = "--rebuild",
      description = "Write rows that the database has lost, from packs and recipes.")
  private boolean rebuild;

  @Override
  public Integer call() {
    if (!Files.isDirectory(data.resolve("blobs")) && !Files.isDirectory(data.resolve("postgres"))) {
      System.err.println("deltaport: " + data + " is no data folder");
      return FsckReport.FAILED;
    }
    JSON.set(json);
    REBUILD.set(rebuild);
    System.setProperty(PROPERTY, "true");
    System.setProperty("quarkus.http.host-enabled", "false");
    System.setProperty("quarkus.log.level", "WARN");
    System.setProperty("quarkus.log.category.\"io.deltaport\".level", "ERROR");
    try {
      int started = ServeCommand.run(data, Application.class);
      return started == 0 ? STATUS.get() : started;
    } catch (StartException e) {
      System.err.println("deltaport: " + e.getMessage());
      return FsckReport.FAILED;
    }
  }

  /** Compares rows and files, scrubs, and ends. */
  public static final class Application implements QuarkusApplication {
    private static final int PAGE_ROWS = 1_000;

    private final RowRebuild rows;
    private final ScrubRequests scrub;
    private final ObjectMapper mapper;

    Application(RowRebuild rows, ScrubRequests scrub, ObjectMapper mapper) {
      this.rows = rows;
      this.scrub = scrub;
      this.mapper = mapper;
    }

    @Override
    public int run(String... arguments) throws IOException {
      FsckReport report = report();
      System.out.println(report.text(JSON.get()));
      STATUS.set(report.status());
      return 0;
    }

    private FsckReport report() throws IOException {
      RebuildReport compared;
      try (ProgressBar progress = new ProgressBar()) {
        compared = REBUILD.get() ? rows.rebuild(progress) : rows.check(progress);
      }
      ArrayNode findings = mapper.createArrayNode();
      if (compared.rowsAreLost()) {
        // By rows that are not there the scrub would take everything for lost.
        return new FsckReport(null, findings, mapper.valueToTree(compared));
      }
      Run run = scrub.runOffline();
      List<Finding> page;
      long last = 0;
      do {
        page = scrub.findings(run.id(), last, PAGE_ROWS);
        for (Finding finding : page) {
          findings.add(mapper.valueToTree(FindingView.of(finding)));
          last = finding.id();
        }
      } while (page.size() == PAGE_ROWS);
      return new FsckReport(
          mapper.valueToTree(RunView.of(run)), findings, mapper.valueToTree(compared));
    }
  }
}
