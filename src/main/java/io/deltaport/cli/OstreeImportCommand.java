package io.deltaport.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.repo.LocalFiles;
import io.deltaport.ostree.repo.RepoFiles;
import io.deltaport.ostree.repo.RepoReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes an OSTree repository over. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description = {
      "Take the commits of an OSTree repository into a repository on the server.",
      "",
      "SOURCE is a folder (archive, bare, bare-user or bare-user-only) or the URL of an archive,"
          + " which this program reads. Commits keep their checksums, history and signatures. An"
          + " import that was interrupted goes on where it was when it is run again."
    },
    footer = {
      "",
      "Examples:",
      "  deltaport ostree import /srv/ostree/repo fleet/os",
      "  deltaport ostree import https://example.org/repo fleet/os --ref 'stable/*' --depth 3"
    })
final class OstreeImportCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "SOURCE", description = "Folder or URL.")
  private String source;

  @Parameters(index = "1", paramLabel = "REPOSITORY", description = "Where the commits shall go.")
  private String repository;

  @Option(
      names = "--ref",
      paramLabel = "PATTERN",
      description = "Take only refs of that name; * stands for anything. May be repeated.")
  private List<String> patterns;

  @Option(
      names = "--depth",
      paramLabel = "N",
      defaultValue = "-1",
      description = "Take N commits before each ref's own (default: all that are there).")
  private int depth;

  @Mixin private ServerOptions server;
  @Mixin private Output output;

  @Override
  public Integer call() throws IOException {
    boolean remote = source.startsWith("http://") || source.startsWith("https://");
    RepoFiles files = remote ? new HttpFiles(source) : new LocalFiles(Path.of(source));
    RepoReader repo = RepoReader.open(files);
    SortedMap<String, Checksum> refs =
        new RefSelection(patterns)
            .choose(
                new RefSelection.Source() {
                  @Override
                  public SortedMap<String, Checksum> all() throws IOException {
                    return repo.refs();
                  }

                  @Override
                  public Optional<Checksum> one(String name) throws IOException {
                    return repo.ref(name);
                  }
                });
    OstreeApi api = new OstreeApi(server.client(), repository);
    try (ProgressBar bar = new ProgressBar()) {
      ObjectBatches batches = new ObjectBatches(repo, remote, api, bar);
      OstreeImport.Report report = new OstreeImport(repo, api, batches).run(refs, depth);
      print(report, batches);
    }
    return 0;
  }

  private void print(OstreeImport.Report report, ObjectBatches batches) {
    ObjectNode answer = Json.object();
    answer.put("commits", report.commits()).put("knownCommits", report.knownCommits());
    answer.put("objects", batches.objectsSent()).put("bytes", batches.bytesSent());
    ObjectNode moved = answer.putObject("refs");
    report.moved().forEach((name, commit) -> moved.put(name, commit.hex()));
    report.kept().forEach(answer.putArray("followTags")::add);
    StringBuilder text = new StringBuilder();
    text.append(
        "%d commits imported, %d were there; %d objects sent, %s; %d refs moved"
            .formatted(
                report.commits(),
                report.knownCommits(),
                batches.objectsSent(),
                Output.bytes(batches.bytesSent()),
                report.moved().size()));
    for (String name : report.kept()) {
      text.append("\nthe ref ").append(name).append(" follows its tag and stays where it is");
    }
    output.print(answer, text.toString());
  }
}
