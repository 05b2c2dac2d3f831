package io.deltaport.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.repo.RepoMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes an OSTree repository. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = {
      "Write the commits and refs of a repository on the server into an OSTree repository here.",
      "",
      "FOLDER is made, or is a repository of the same mode to which what is missing is added. An"
          + " export that was interrupted goes on where it was. Clients that list refs need"
          + " `ostree summary -u` afterwards."
    },
    footer = {
      "",
      "Examples:",
      "  deltaport ostree export fleet/os repo",
      "  deltaport ostree export fleet/os repo --ref 'stable/*' --mode bare-user --depth 0"
    })
final class OstreeExportCommand implements Callable<Integer> {
  /** What can be written without rights. */
  enum Mode {
    ARCHIVE,
    BARE_USER;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  @Parameters(index = "0", paramLabel = "REPOSITORY", description = "Repository on the server.")
  private String repository;

  @Parameters(index = "1", paramLabel = "FOLDER", description = "OSTree repository here.")
  private Path folder;

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

  @Option(
      names = "--mode",
      defaultValue = "archive",
      description = "Mode of a new repository: archive (default) or bare-user.")
  private Mode mode;

  @Mixin private ServerOptions server;
  @Mixin private Output output;

  @Override
  public Integer call() throws IOException {
    OstreeApi api = new OstreeApi(server.client(), repository);
    SortedMap<String, Checksum> all = new TreeMap<>();
    api.refs().forEach((name, ref) -> all.put(name, ref.commit()));
    SortedMap<String, Checksum> refs =
        new RefSelection(patterns)
            .choose(
                new RefSelection.Source() {
                  @Override
                  public SortedMap<String, Checksum> all() {
                    return all;
                  }

                  @Override
                  public Optional<Checksum> one(String name) {
                    return Optional.ofNullable(all.get(name));
                  }
                });
    try (ProgressBar bar = new ProgressBar()) {
      RepoMode repoMode = mode == Mode.ARCHIVE ? RepoMode.ARCHIVE : RepoMode.BARE_USER;
      OstreeExport export = new OstreeExport(api, folder, repoMode, bar);
      int commits = 0;
      for (Map.Entry<String, Checksum> ref : refs.entrySet()) {
        commits += export.commits(ref.getValue(), depth);
        export.ref(ref.getKey(), ref.getValue());
      }
      ObjectNode answer = Json.object();
      answer.put("commits", commits).put("objects", export.objectsFetched());
      answer.put("bytes", export.bytesFetched()).put("refs", refs.size());
      output.print(
          answer,
          "%d commits written, %d objects fetched, %s; %d refs set in %s"
              .formatted(
                  commits,
                  export.objectsFetched(),
                  Output.bytes(export.bytesFetched()),
                  refs.size(),
                  folder));
    }
    return 0;
  }
}
