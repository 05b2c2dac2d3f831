package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Packs become smaller in the background, and everything can be read at any moment. */
final class RepackIT {
  private static final String TAG = "stable";

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private final Layout layout = Trees.small().layout();

  @BeforeEach
  void tools() {
    Clients.require("skopeo");
    Clients.require("ostree");
  }

  private static Registry registry(GcServer server) {
    return new Registry(server.process(), "os");
  }

  /** Pushes both releases to one tag and returns their commits, the older one first. */
  private List<String> push(GcServer server) {
    OstreeRemote remote = OstreeRemote.of(registry(server));
    String first = remote.release(layout, "v1", TAG);
    String second = remote.release(layout, "v2", TAG);
    return List.of(first, second);
  }

  private static void awaitRepacked(GcServer server) {
    Await.until(
        "all images are repacked",
        Await.PATIENCE,
        () ->
            server.number("select count(*) from image_tree where not repacked") == 0
                && server.number("select count(*) from job where state in ('queued', 'running')")
                    == 0);
  }

  private static long bytes(GcServer server) {
    return server.files("packs").values().stream().mapToLong(Long::longValue).sum();
  }

  /** The commits come back as a client of OSTree sees them, and the scrub finds nothing. */
  private static void assertWhole(GcServer server, List<String> commits) {
    OstreeRepo repo = OstreeRepo.init(FOLDER.fresh().resolve("repo"), "archive");
    repo.remote("origin", OstreeRemote.of(registry(server)).url());
    for (String commit : commits) {
      repo.ostree("pull", "origin", commit).ok();
    }
    repo.ostree("fsck").ok();
    assertSound(server);
  }

  /** The scrub, which reads every object, finds nothing. */
  private static void assertSound(GcServer server) {
    ScrubReport report = ScrubReport.of(server.process());
    assertThat(report.findings()).as(report.findings().toPrettyString()).isEmpty();
    assertThat(report.status()).isZero();
  }

  private void assertPulled(GcServer server, String version) {
    assertThat(Skopeo.pull(server.process(), "os:" + TAG, FOLDER.fresh().resolve("back")))
        .isEqualTo(layout.image(version));
  }

  @Test
  void packsGetSmallerAndTheirSpaceComesBack() throws IOException, SQLException {
    try (GcServer server =
        GcServer.start(
            FOLDER.fresh().resolve("data"),
            "deltaport.repack.rate",
            "0",
            "deltaport.repack.interval",
            "1s",
            // Clients get what packs give, and not what was made before.
            "deltaport.ostree.warm-up",
            "0")) {
      List<String> commits = push(server);
      awaitRepacked(server);
      assertThat(server.process().log()).doesNotContain("stay as they are", "stay where they are");
      long before = server.number("select sum(size_bytes) from pack where not repacked");
      assertThat(server.number("select count(*) from object where storage = 1"))
          .as("objects against others")
          .isGreaterThan(300);
      assertThat(server.number("select count(*) from object where storage = 2"))
          .as("objects in shared frames")
          .isGreaterThan(2_000);
      assertSound(server);

      server.collectAll();
      assertThat(server.number("select count(*) from pack where size_bytes > 1048576"))
          .isEqualTo(
              server.number("select count(*) from pack where size_bytes > 1048576 and repacked"));
      long after = bytes(server);
      assertThat(after).isLessThan(before * 85 / 100);
      assertWhole(server, commits);
      assertPulled(server, "v2");

      String older = layout.image("v1").manifest();
      assertThat(
              registry(server)
                  .request()
                  .delete(registry(server).path("manifests/" + older))
                  .statusCode())
          .isEqualTo(202);
      server.collectAll();
      awaitRepacked(server);
      server.collectAll();
      assertThat(server.number("select sum(dead_bytes) from pack"))
          .as("too little to rewrite a pack for it, but known")
          .isBetween(500_000L, after * 15 / 100);
      assertWhole(server, commits.subList(1, 2));
    }
  }

  @Test
  void whatIsNeededLeavesAPackOfDeadObjects() throws IOException, SQLException {
    Layout images = halves();
    try (GcServer server =
        GcServer.start(FOLDER.fresh().resolve("data"), "deltaport.repack.interval", "1s")) {
      Registry registry = registry(server);
      for (String tag : List.of("all", "half")) {
        Skopeo.push(images, tag, server.process(), "os:" + tag);
        Jobs.awaitIdle(registry);
      }
      awaitRepacked(server);
      server.collectAll();
      long before = bytes(server);
      String all = images.image("all").manifest();
      assertThat(registry.request().delete(registry.path("manifests/" + all)).statusCode())
          .isEqualTo(202);
      server.collectAll();
      Await.until(
          "the living half has moved",
          Await.PATIENCE,
          () -> server.number("select count(*) from pack where dead_bytes > 1048576") == 0);
      Jobs.awaitIdle(new Registry(server.process(), ""));
      server.collectAll();
      assertThat(bytes(server)).isLessThan(before * 60 / 100);
      assertSound(server);
      assertThat(Skopeo.pull(server.process(), "os:half", FOLDER.fresh().resolve("back")))
          .isEqualTo(images.image("half"));
    }
  }

  /** An image of random files, and one that has every second of them. */
  private static Layout halves() throws IOException {
    Path work = FOLDER.fresh();
    LayoutBuilder builder = new LayoutBuilder(work.resolve("oci"));
    for (String tag : List.of("all", "half")) {
      Path files = Files.createDirectory(work.resolve(tag));
      for (int file = 0; file < 20; file += tag.equals("all") ? 1 : 2) {
        byte[] content = new byte[200_000];
        new Random(file).nextBytes(content);
        Files.write(files.resolve("file" + file), content);
      }
      Path tar = work.resolve(tag + ".tar");
      Command.program("tar", "--sort=name", "--mtime=@0", "-cf", tar, "-C", files, ".").ok();
      builder.tar(tar, LayoutBuilder.Compression.GZIP).image(tag);
    }
    return builder.build();
  }

  @Test
  void whatIsStoredAgainstDamagedObjectsComesBack() throws IOException, SQLException {
    try (GcServer server =
        GcServer.start(
            FOLDER.fresh().resolve("data"),
            "deltaport.repack.rate",
            "0",
            "deltaport.ostree.warm-up",
            "0")) {
      List<String> commits = push(server);
      awaitRepacked(server);
      server.collectAll();
      String bases =
          server.text(
              """
              select b.pack_id from object o join object b on b.checksum = o.base
              where o.storage = 1 and b.pack_id <> o.pack_id
              group by b.pack_id order by count(*) desc limit 1""");
      flip(server.data().resolve("packs/" + bases.substring(0, 2) + "/" + bases + ".pack"));
      assertThat(ScrubReport.of(server.process()).finding("pack", bases)).isPresent();
      Await.until(
          "it is repaired",
          Await.PATIENCE,
          () -> server.number("select count(*) from scrub_finding where settled_at is null") == 0);
      assertThat(server.number("select count(*) from scrub_finding where outcome = 'repaired'"))
          .isPositive();
      awaitRepacked(server);
      assertWhole(server, commits);
    }
  }

  private static void flip(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 3] ^= 8;
    Files.write(file, bytes);
  }
}
