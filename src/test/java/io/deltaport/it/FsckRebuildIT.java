package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A database that lost what packs and recipes tell gets it back from them. */
final class FsckRebuildIT {
  private static final int CLEAN = 0;
  private static final int REPAIRED = 3;
  private static final int DAMAGED = 4;
  private static final String REF = "stable";

  /** What packs and recipes tell, and what is known of layers. */
  private static final List<String> ROWS =
      List.of(
          "select encode(checksum, 'hex'), length_bytes from object order by 1",
          "select id, size_bytes from pack order by 1",
          "select diff_id, store_key, size_bytes, tar_bytes, entries from recipe order by 1",
          "select digest, diff_id, reason from layer order by 1",
          "select encode(checksum, 'hex'), whole from ostree_commit order by 1",
          "select digest, diff_id, kind, size_bytes from blob_recipe order by 1",
          "select digest, damaged_at is null from blob order by 1");

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private static Path data;
  private static GcServer server;
  private static Registry registry;
  private static Layout layout;
  private static String commit;
  private static String importedCommit;
  private static String delta;
  private static Map<String, List<List<String>>> rows;

  @BeforeAll
  static void pushReleases() throws Exception {
    Clients.require("ostree");
    data = FOLDER.fresh().resolve("data");
    layout = ScrubImages.build(FOLDER.fresh());
    server = GcServer.start(data, "deltaport.repack.enabled", "false");
    registry = new Registry(server.process(), "fleet/os");
    OstreeRemote remote = OstreeRemote.of(registry);
    String before = remote.release(layout, "v1", REF);
    commit = remote.release(layout, "v2", REF);
    for (String tag : ScrubImages.TAGS) {
      Skopeo.push(layout, tag, server.process(), registry.repository() + ":" + tag);
    }
    pushLie();
    importedCommit = importCommit();
    Jobs.awaitIdle(registry);
    StaticDelta.await(registry, before, commit);
    delta = delta().digest();
    rows = rows();
    assertThat(rows.get(ROWS.get(5))).as("blobs without files").isNotEmpty();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** A config that calls its layer by the name of another one. */
  private static void pushLie() {
    Registry lies = new Registry(server.process(), "fleet/lies");
    String other = layout.image("v1").diffIds().getFirst();
    SmallImages.push(lies, "lie", SmallImages.layer("another tar"), other, "amd64");
    Jobs.awaitIdle(lies);
  }

  private static String importCommit() throws IOException {
    Path tree = FOLDER.fresh();
    Command.program("cp", "-a", "/usr/share/common-licenses", "/etc/passwd", tree).ok();
    OstreeRepo repo = OstreeRepo.init(FOLDER.fresh().resolve("repo"), "archive");
    String made = repo.ostree("commit", "--branch=imported", "--tree=dir=" + tree).ok().strip();
    Command.program(Path.of("deltaport").toAbsolutePath().toString(), "ostree", "import")
        .with("--server", server.process().url(), repo.folder(), "fleet/imported")
        .ok();
    return made;
  }

  private static Delta delta() {
    return Delta.await(registry, layout.image("v1").manifest(), layout.image("v2").manifest());
  }

  private static Map<String, List<List<String>>> rows() throws Exception {
    Map<String, List<List<String>>> all = new HashMap<>();
    for (String query : ROWS) {
      all.put(query, new Sql(data).query(query));
    }
    return all;
  }

  /** Changes the database and ends the server. */
  private static void lose(String... statements) throws Exception {
    for (String statement : statements) {
      new Sql(data).run(statement);
    }
    server.close();
  }

  private static void startAgain() throws IOException {
    server = GcServer.start(data, "deltaport.repack.enabled", "false");
    registry = new Registry(server.process(), registry.repository());
  }

  /** Everything that clients got before they get now, and no row is another one. */
  private static void assertNothingIsMissing() throws Exception {
    Jobs.awaitIdle(registry);
    for (String tag : ScrubImages.TAGS) {
      Skopeo.pull(server.process(), registry.repository() + ":" + tag, FOLDER.fresh());
    }
    assertThat(OstreeRemote.of(registry).commit(REF)).contains(commit);
    pull(registry, REF, commit, "--disable-static-deltas");
    pull(registry, REF, commit, "--require-static-deltas");
    pull(new Registry(server.process(), "fleet/imported"), "imported", importedCommit);
    assertThat(delta().digest()).isEqualTo(delta);
    rows().forEach((query, found) -> assertThat(found).as(query).isEqualTo(rows.get(query)));
  }

  /** Pulls as a device does that has the release before when it wants a delta. */
  private static void pull(Registry from, String ref, String expected, String... options)
      throws IOException {
    OstreeRepo device = OstreeRepo.init(FOLDER.fresh().resolve("device"), "bare-user");
    device.remote("origin", OstreeRemote.of(from).url());
    if (List.of(options).contains("--require-static-deltas")) {
      String before = StaticDelta.list(from).getFirst().from();
      device.ostree("pull", "origin", before).ok();
      device.ostree("refs", "--create=origin:" + ref, before).ok();
      device.ostree("pull", "--commit-metadata-only", "origin", expected).ok();
    }
    device.ostree("pull").with((Object[]) options).with("origin", ref).ok();
    assertThat(device.ostree("rev-parse", "origin:" + ref).ok().strip()).isEqualTo(expected);
    device.ostree("fsck").ok();
  }

  @Test
  void tablesThatWereEmptiedAreFilledAgain() throws Exception {
    lose("truncate object, pack, recipe, layer cascade");
    ScrubReport looked = ScrubReport.offline(data);
    assertThat(looked.status()).as("%s", looked).isEqualTo(DAMAGED);
    assertThat(looked.findings()).isEmpty();
    assertThat(looked.rows().path("needed").asLong()).isPositive();
    assertAllLost(looked.rows().path("packs"));
    assertAllLost(looked.rows().path("objects"));
    assertAllLost(looked.rows().path("recipes"));

    ScrubReport rebuilt = ScrubReport.rebuild(data);
    assertThat(rebuilt.status()).as("%s", rebuilt).isEqualTo(REPAIRED);
    assertThat(rebuilt.findings()).isEmpty();
    assertThat(rebuilt.rows().path("layers").path("restored").asInt())
        .isEqualTo(rows.get(ROWS.get(3)).size());
    assertThat(ScrubReport.offline(data).status()).isEqualTo(CLEAN);

    startAgain();
    assertNothingIsMissing();
    server.collectAll();
    assertNothingIsMissing();
  }

  private static void assertAllLost(JsonNode counts) {
    assertThat(counts.path("withoutRow").asLong()).isPositive();
    assertThat(counts.path("withoutRow").asLong()).isEqualTo(counts.path("found").asLong());
  }

  @Test
  void someRowsAreLostAndOthersWrong() throws Exception {
    lose(
        "delete from object where get_byte(checksum, 0) < 100",
        "update object set frame_offset = frame_offset + 1 where get_byte(checksum, 1) < 9",
        "delete from layer where digest in (select digest from layer limit 1)",
        "delete from blob_recipe",
        // As in a backup of the database that is older than the files.
        "update blob set raw = true");
    ScrubReport looked = ScrubReport.offline(data);
    assertThat(looked.status()).as("%s", looked).isEqualTo(DAMAGED);
    assertThat(looked.rows().path("wrongObjects").asLong()).isPositive();
    assertThat(looked.rows().path("objects").path("withoutRow").asLong()).isPositive();
    assertThat(looked.rows().path("packs").path("withoutRow").asLong()).isZero();

    ScrubReport rebuilt = ScrubReport.rebuild(data);
    assertThat(rebuilt.status()).as("%s", rebuilt).isEqualTo(REPAIRED);
    startAgain();
    assertNothingIsMissing();
  }

  /** As a crash between the file and its row leaves it. */
  @Test
  void aPackThatNothingNeedsIsNoDamage() throws Exception {
    String stray = strayPack();
    server.close();
    ScrubReport looked = ScrubReport.offline(data);
    assertThat(looked.status()).as("%s", looked).isEqualTo(CLEAN);
    assertThat(looked.rows().path("packs").path("withoutRow").asLong()).isEqualTo(1);
    assertThat(looked.rows().path("needed").asLong()).isZero();
    startAgain();
    server.collectAll();
    assertThat(server.files("packs")).doesNotContainKey(stray);
    assertNothingIsMissing();
  }

  /** Makes another server store objects, and takes its pack. */
  private static String strayPack() throws Exception {
    Path other = FOLDER.fresh().resolve("data");
    try (GcServer elsewhere = GcServer.start(other)) {
      Registry target = elsewhere.fresh();
      SmallImages.push(target, "stray", "nobody has this", "amd64");
      Jobs.awaitIdle(target);
      String pack = elsewhere.files("packs").firstKey();
      Path copy = data.resolve(pack);
      Files.createDirectories(copy.getParent());
      Files.copy(other.resolve(pack), copy);
      return pack;
    }
  }
}
