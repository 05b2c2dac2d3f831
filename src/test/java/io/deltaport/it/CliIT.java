package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.path.json.JsonPath;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The command-line tool with real images, with a server and without. */
final class CliIT {
  @RegisterExtension static final WorkFolder WORK = new WorkFolder();

  private static Command tool(Object... arguments) {
    return Command.program(Path.of("deltaport").toAbsolutePath().toString(), arguments);
  }

  private static String oci(Trees trees, String tag) {
    return "oci:" + trees.folder().resolve("oci") + ":" + tag;
  }

  @Test
  void makesAndAppliesADeltaWithoutAServer() {
    Trees trees = Trees.small();
    Path work = WORK.fresh();
    Path delta = work.resolve("update.delta");
    JsonPath made =
        JsonPath.from(
            tool(
                    "delta",
                    "create",
                    oci(trees, "v1-layers"),
                    oci(trees, "v2-layers"),
                    "-o",
                    delta,
                    "--json")
                .ok());
    assertThat(made.getLong("size")).isLessThan(made.getLong("fullSize") / 5);
    assertThat(delta).exists();

    JsonPath inside = JsonPath.from(tool("delta", "inspect", delta, "--json").ok());
    assertThat(inside.getLong("size")).isBetween(1L, made.getLong("size"));
    assertThat(inside.getList("files.cost", Long.class)).isNotEmpty();
    assertThat(inside.getLong("total.copied")).isGreaterThan(inside.getLong("total.literal"));
    assertThat(tool("delta", "inspect", "--top", 3, delta).ok())
        .contains(inside.getString("files[0].path"))
        .contains(" files unchanged, ");

    JsonPath plain =
        JsonPath.from(
            tool("delta", "inspect", "--plain", "--json")
                .with(oci(trees, "v1-layers"), oci(trees, "v2-layers"))
                .ok());
    assertThat(plain.getLong("delta.now")).isEqualTo(made.getLong("size"));
    assertThat(plain.getLong("delta.plain")).isPositive();
    assertThat(plain.getString("compressed.find { it.kind == 'other' }.advice")).contains("unpack");

    for (String target : new String[] {"v2", "v2.tar"}) {
      Path image = work.resolve(target);
      tool("delta", "apply", delta, "--source", oci(trees, "v1-layers"), "-o", image).ok();
      String transport = target.endsWith(".tar") ? "oci-archive:" : "oci:";
      JsonPath rebuilt =
          JsonPath.from(Command.client("skopeo", "inspect", "--config", transport + image).ok());
      JsonPath original =
          JsonPath.from(
              Command.client("skopeo", "inspect", "--config", oci(trees, "v2-layers")).ok());
      assertThat(rebuilt.getList("rootfs.diff_ids")).isEqualTo(original.getList("rootfs.diff_ids"));
      // The layers are plain tars: skopeo checks each against its digest while it copies.
      Command.client(
              "skopeo", "copy", "-q", transport + image, "dir:" + work.resolve(target + "-dir"))
          .ok();
    }
  }

  @Test
  void refusesADeltaForAnotherSource() {
    Trees trees = Trees.small();
    Path work = WORK.fresh();
    Path delta = work.resolve("update.delta");
    tool("delta", "create", oci(trees, "v1-layers"), oci(trees, "v2-layers"), "-o", delta).ok();
    Path image = work.resolve("wrong");
    Command.Result result =
        tool("delta", "apply", delta, "--source", oci(trees, "v1"), "-o", image).run();
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).contains("the delta starts from the image with the config sha256:");
    assertThat(image).doesNotExist();
    assertThat(work)
        .isDirectoryNotContaining(path -> path.getFileName().toString().startsWith("."));
  }

  @Test
  void talksToAServer() throws Exception {
    Trees trees = Trees.small();
    ServerProcess server = SharedServer.get();
    String repository = server.host() + "/cli/os";
    for (String tag : new String[] {"v1", "v2"}) {
      Command.client(
              "skopeo",
              "copy",
              "-q",
              "--dest-tls-verify=false",
              oci(trees, tag),
              "docker://" + repository + ":" + tag)
          .ok();
    }
    Path file = WORK.fresh().resolve("fetched.delta");
    JsonPath delta =
        JsonPath.from(
            tool(
                    "delta",
                    "create",
                    "cli/os:v1",
                    "cli/os:v2",
                    "-o",
                    file,
                    "--json",
                    "--server",
                    server.url())
                .ok());
    assertThat(Files.size(file)).isBetween(delta.getLong("size"), delta.getLong("size") + 20_000);

    String deltas = tool("delta", "list", "cli/os").env("DELTAPORT_URL", server.url()).ok();
    assertThat(deltas).contains(delta.getString("digest")).contains("v1").contains("v2");
    String images = tool("images", "cli/os", "--server", server.url()).ok();
    assertThat(images).contains("cli/os:v1").contains("cli/os:v2").contains("absorbed");
    JsonPath jobs = JsonPath.from(tool("jobs", "--json", "--server", server.url()).ok());
    assertThat(jobs.getList("jobs.findAll { it.repository == 'cli/os' }.kind"))
        .contains("delta", "absorb");
    String id = jobs.getString("jobs.find { it.repository == 'cli/os' && it.kind == 'delta' }.id");
    assertThat(tool("jobs", id, "--watch", "--server", server.url()).ok()).contains("done");
  }

  @Test
  void saysInOneLineWhatIsWrong() {
    ServerProcess server = SharedServer.get();
    Command.Result unknown =
        tool("delta", "create", "cli/none:v1", "cli/none:v2", "--server", server.url()).run();
    assertThat(unknown.status()).isEqualTo(1);
    assertThat(unknown.err())
        .contains("cli/none")
        .contains("MANIFEST_UNKNOWN")
        .doesNotContain("\tat ");
    Command.Result nobody = tool("images", "--server", "http://127.0.0.1:1").run();
    assertThat(nobody.status()).isEqualTo(1);
    assertThat(nobody.err()).contains("no server answers at http://127.0.0.1:1");
    assertThat(tool("jobs", "--stat").run().status()).isEqualTo(2);
  }
}
