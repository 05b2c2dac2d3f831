package io.deltaport.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.oci.Digest;
import io.deltaport.oci.OciLayoutWriter;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.ObjectName;
import io.deltaport.ostree.capsule.Capsule;
import io.deltaport.ostree.repo.LocalFiles;
import io.deltaport.ostree.repo.RepoMode;
import io.deltaport.ostree.repo.RepoReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a container image of a commit. */
@Command(
    name = "encapsulate",
    mixinStandardHelpOptions = true,
    description = {
      "Write a commit as a container image, which rpm-ostree and bootc with the OSTree backend take.",
      "",
      "The commit keeps its checksum and signatures."
    },
    footer = {
      "",
      "Examples:",
      "  deltaport ostree encapsulate fleet/os:stable/x86_64 -o oci:image:stable",
      "  deltaport ostree encapsulate fleet/os:COMMIT -o image.oci"
    })
final class OstreeEncapsulateCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "REPOSITORY:REF",
      description = "Repository on the server, and a ref or commit in it.")
  private String source;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "IMAGE",
      description = "An OCI layout: oci:FOLDER[:TAG], or a file with an archive of one.")
  private String target;

  @Option(
      names = "--architecture",
      defaultValue = "amd64",
      description = "What the image says of its architecture (default: amd64).")
  private String architecture;

  @Mixin private ServerOptions server;
  @Mixin private Output output;

  @Override
  public Integer call() throws IOException {
    int colon = source.indexOf(':');
    if (colon <= 0 || colon == source.length() - 1) {
      throw new CliException("name the commit as REPOSITORY:REF or REPOSITORY:COMMIT");
    }
    OstreeApi api = new OstreeApi(server.client(), source.substring(0, colon));
    Checksum commit = commit(api, source.substring(colon + 1));
    Path folder = Files.createTempDirectory("deltaport");
    try (ProgressBar bar = new ProgressBar()) {
      new OstreeExport(api, folder, RepoMode.ARCHIVE, bar).commits(commit, 0);
      bar.update("encapsulate", 0, -1);
      print(commit, write(RepoReader.open(new LocalFiles(folder)), commit));
    } finally {
      delete(folder);
    }
    return 0;
  }

  private static Checksum commit(OstreeApi api, String name) {
    return ObjectName.tryParse(name + ".commit")
        .map(ObjectName::checksum)
        .orElseGet(
            () -> {
              OstreeApi.Ref ref = api.refs().get(name);
              if (ref == null) {
                throw new CliException("there is no ref " + name);
              }
              return ref.commit();
            });
  }

  private Digest write(RepoReader repo, Checksum commit) throws IOException {
    ImageReference image = ImageReference.local(target);
    boolean folder = target.startsWith("oci:");
    try (OciLayoutWriter writer =
        folder ? OciLayoutWriter.folder(image.path()) : OciLayoutWriter.archive(image.path())) {
      return Capsule.write(repo, commit, architecture, writer, image.reference());
    }
  }

  private void print(Checksum commit, Digest digest) {
    ObjectNode answer = Json.object();
    answer.put("commit", commit.hex()).put("digest", digest.toString()).put("image", target);
    output.print(answer, "commit " + commit + " as image " + digest + " in " + target);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
