package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.it.LayoutBuilder.Compression;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Releases of an operating system come and go: their objects, recipes and deltas follow. */
class GcImageIT {
  private static final int FILE_BYTES = 200_000;

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  @Test
  void whatDeletedReleasesLeaveGoesAndTheOthersWorkOn() throws IOException, SQLException {
    Clients.require("skopeo");
    Layout layout = releases();
    try (GcServer server = GcServer.start(FOLDER.fresh().resolve("data"))) {
      Registry registry = new Registry(server.process(), "os");
      // Or both absorb the file that they share, and the pack of v1 might go as a whole.
      Skopeo.push(layout, "v1", server.process(), "os:stable");
      Jobs.awaitIdle(registry);
      Release first = Release.push(registry, layout, "v1", "v2");
      String oldDelta = first.delta().digest();
      Jobs.awaitIdle(registry);
      var before = server.files("packs");

      delete(registry, first.source().manifest());
      server.collectAll();
      assertThat(status(registry, "manifests/" + oldDelta)).as("the delta from v1").isEqualTo(404);
      assertThat(Delta.find(registry, first.source().manifest(), first.target().manifest()))
          .isEmpty();
      assertThat(server.blob(first.source().layers().getFirst())).doesNotExist();
      assertThat(server.files("recipes")).hasSize(1);
      assertThat(Skopeo.pull(server.process(), "os:stable", FOLDER.fresh().resolve("back")))
          .isEqualTo(first.target());
      JsonPath report = server.collect();
      assertThat(before.keySet()).containsAll(server.files("packs").keySet());
      assertThat(report.getLong("report.partlyDeadPacks.count"))
          .as("v2 needs what v1 brought first, in a pack that has more")
          .isPositive();
      assertThat(report.getLong("report.partlyDeadPacks.bytes")).isGreaterThan(FILE_BYTES / 2);
      assertThat(report.getList("report.notes")).isEmpty();

      Release second = Release.push(registry, layout, "v2", "v3");
      String newDelta = second.delta().digest();
      Jobs.awaitIdle(registry);
      server.collectAll();
      assertThat(status(registry, "manifests/" + newDelta)).isEqualTo(200);
      second.delta().parts().forEach(part -> assertThat(server.blob(part.digest())).exists());

      delete(registry, second.source().manifest());
      delete(registry, second.target().manifest());
      server.collectAll();
      server.collectAll();
      assertThat(server.files("packs")).isEmpty();
      assertThat(server.files("recipes")).isEmpty();
      assertThat(server.files("blobs")).isEmpty();

      Release again = Release.push(registry, layout, "v1", "v2");
      assertThat(again.delta().digest()).as("made anew, the same").isEqualTo(oldDelta);
    }
  }

  @Test
  void aPackStaysAsLongAsARecipeCannotBeRead() throws IOException, SQLException {
    Clients.require("skopeo");
    Layout layout = releases();
    try (GcServer server = GcServer.start(FOLDER.fresh().resolve("data"))) {
      Registry registry = new Registry(server.process(), "os");
      for (String tag : new String[] {"v1", "v3"}) {
        Skopeo.push(layout, tag, server.process(), "os:" + tag);
      }
      Jobs.awaitIdle(registry);
      String damaged = server.files("recipes").firstKey();
      byte[] recipe = Files.readAllBytes(server.data().resolve(damaged));
      Files.writeString(server.data().resolve(damaged), "damaged");
      var packs = server.files("packs");
      // Nothing is referred to any more by anything that can be read.
      server.pass();
      JsonPath report = server.collect();
      assertThat(report.getList("report.notes", String.class))
          .singleElement()
          .asString()
          .startsWith("No pack is removed: sha256:");
      assertThat(server.files("packs")).isEqualTo(packs);
      Files.write(server.data().resolve(damaged), recipe);
      assertThat(server.collect().getList("report.notes")).isEmpty();
    }
  }

  @Test
  void aPackStaysAsLongAsObjectsAreMissing() throws IOException, SQLException {
    Clients.require("skopeo");
    Layout layout = releases();
    try (GcServer server = GcServer.start(FOLDER.fresh().resolve("data"))) {
      Registry registry = new Registry(server.process(), "os");
      Skopeo.push(layout, "v1", server.process(), "os:v1");
      Jobs.awaitIdle(registry);
      server.collect();
      var packs = server.files("packs");
      // As a scrub does it that finds the packs damaged, and restores the objects later.
      server.sql("create table lost as select * from object");
      server.sql("delete from object");
      server.pass();
      assertThat(server.collect().getList("report.notes", String.class))
          .isNotEmpty()
          .allMatch(note -> note.startsWith("No pack is removed: sha256:"));
      server.sql("insert into object select * from lost");
      server.pass();
      assertThat(server.collect().getList("report.notes")).isEmpty();
      server.collectAll();
      assertThat(server.files("packs")).isEqualTo(packs);
    }
  }

  /** Three releases of one layer each; v2 shares a file with v1, v3 one with v2. */
  private static Layout releases() throws IOException {
    Path work = FOLDER.fresh();
    LayoutBuilder builder = new LayoutBuilder(work.resolve("oci"));
    for (int version = 1; version <= 3; version++) {
      Path files = Files.createDirectory(work.resolve("files" + version));
      for (int file = version; file < version + 2; file++) {
        byte[] content = new byte[FILE_BYTES];
        new Random(file).nextBytes(content);
        Files.write(files.resolve("file" + file), content);
      }
      Files.writeString(files.resolve("release"), "v" + version);
      Path tar = work.resolve(version + ".tar");
      Command.program("tar", "--sort=name", "--mtime=@0", "-cf", tar, "-C", files, ".").ok();
      builder.tar(tar, Compression.GZIP).image("v" + version);
    }
    return builder.build();
  }

  private static void delete(Registry registry, String manifest) {
    assertThat(registry.request().delete(registry.path("manifests/" + manifest)).statusCode())
        .isEqualTo(202);
  }

  private static int status(Registry registry, String path) {
    return registry.request().get(registry.path(path)).statusCode();
  }
}
