package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.response.Response;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Static deltas come by rules, survive crashes and damage, and go when they are of no use. */
class StaticDeltaPolicyIT {
  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  /** Pushes releases to one tag, one after the other, and returns their commits. */
  private static List<String> release(Registry registry, String tag, int count) {
    List<String> commits = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String image = SmallImages.push(registry, tag, tag + " " + i, "amd64");
      commits.add(SmallImages.awaitRef(registry, tag, image));
    }
    return commits;
  }

  /** Pushes releases to one tag before any of them is absorbed, and returns their commits. */
  @SuppressWarnings("try") // What is held is only closed.
  private static List<String> quickRelease(Registry registry, String tag, int count)
      throws Exception {
    Sql sql = new Sql(registry.server().data());
    List<String> images = new ArrayList<>();
    try (Connection held = sql.hold("layer")) {
      for (int i = 0; i < count; i++) {
        images.add(SmallImages.push(registry, tag, tag + ", quick " + i, "amd64"));
      }
    }
    SmallImages.awaitRef(registry, tag, images.getLast());
    List<String> commits = new ArrayList<>();
    for (String image : images) {
      commits.add(
          sql.query(
                  """
                  select encode(c.checksum, 'hex') from ostree_commit c
                  join manifest m on m.id = c.manifest_id where m.digest = ?""",
                  image)
              .getFirst()
              .getFirst());
    }
    return commits;
  }

  private static Tuple[] pairs(String... ends) {
    Tuple[] pairs = new Tuple[ends.length / 2];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = Tuple.tuple(ends[2 * i], ends[2 * i + 1]);
    }
    return pairs;
  }

  private static void assertDeltas(Registry registry, String... ends) {
    Jobs.awaitIdle(registry);
    assertThat(StaticDelta.list(registry))
        .extracting(StaticDelta::from, StaticDelta::to)
        .containsExactlyInAnyOrder(pairs(ends));
  }

  @Test
  void rulesSayWhichDeltasThereAreAndGarbageCollectionWhichStay() throws Exception {
    try (GcServer server =
        GcServer.start(
            FOLDER.fresh().resolve("data"),
            "deltaport.ostree.deltas[0].refs",
            "rc*,none",
            "deltaport.ostree.deltas[0].from-last",
            "0",
            "deltaport.ostree.deltas[1].repositories",
            "t/**",
            "deltaport.ostree.deltas[1].from-last",
            "2",
            "deltaport.ostree.deltas[1].from-scratch",
            "true")) {
      Registry registry = server.fresh();
      List<String> c = release(registry, "stable", 4);
      assertDeltas(
          registry, null, c.get(0), null, c.get(1), null, c.get(2), null, c.get(3), c.get(0),
          c.get(1), c.get(0), c.get(2), c.get(1), c.get(2), c.get(1), c.get(3), c.get(2), c.get(3));
      Registry quiet = server.fresh();
      release(quiet, "rc1", 2);
      assertDeltas(quiet);
      // A rule that matches neither repository nor ref: from the last one, as without any rule.
      Registry usual = new Registry(server.process(), "plain");
      List<String> u = release(usual, "stable", 3);
      assertDeltas(usual, u.get(0), u.get(1), u.get(1), u.get(2));

      // Three releases, of which the ref is at the last one only.
      Registry quick = server.fresh();
      List<String> q = quickRelease(quick, "stable", 3);
      assertDeltas(quick, null, q.get(2), q.get(0), q.get(2), q.get(1), q.get(2));

      // One to an old release was asked for by name: it stays, the others to old ones go.
      StaticDelta.demand(registry, c.get(0), c.get(2));
      server.collectAll();
      assertDeltas(
          registry, null, c.get(3), c.get(1), c.get(3), c.get(2), c.get(3), c.get(0), c.get(2));
      assertEveryFileIsThere(server);

      Response deleted = registry.request().delete(registry.path("manifests/stable"));
      assertThat(deleted.statusCode()).isEqualTo(202);
      server.collectAll();
      assertDeltas(registry, c.get(0), c.get(2));
      assertEveryFileIsThere(server);
      long files = server.number("select count(*) from static_delta_file");
      assertThat(
              server.number(
                  "select count(*) from blob b where exists (select 1 from"
                      + " static_delta_file f where f.digest = b.digest)"))
          .isLessThanOrEqualTo(files);
    }
  }

  private static void assertEveryFileIsThere(GcServer server) throws Exception {
    for (List<String> file :
        new Sql(server.data()).query("select digest, size_bytes from static_delta_file")) {
      assertThat(Files.size(server.blob(file.get(0)))).isEqualTo(Long.parseLong(file.get(1)));
    }
  }

  @Test
  void aJobEndsWhenItsCommitIsDeletedAndAFloodIsRefused() throws Exception {
    try (GcServer server =
        GcServer.start(FOLDER.fresh().resolve("data"), "deltaport.deltas.queue-max", "0")) {
      Registry registry = server.fresh();
      List<String> c = release(registry, "stable", 2);
      assertDeltas(registry, c.get(0), c.get(1));
      Response flood = StaticDelta.ask(registry, c.get(1), c.get(0));
      Registry.assertError(flood, 429, "TOOMANYREQUESTS");
      assertThat(flood.header("Retry-After")).isNotBlank();
      // What is there costs nothing, so it is given.
      assertThat(StaticDelta.ask(registry, c.get(0), c.get(1)).statusCode()).isEqualTo(200);
      Registry.assertError(askOci(registry, "stable"), 400, "UNSUPPORTED");

      // The work waits behind a scheduler that sees it only after the image is gone.
      server.sql(
          """
          insert into job (id, kind, repository, source, target, state)
          values ('00000000-0000-4000-8000-000000000001', 'static-delta', '%s', '%s', '%s',
            'queued')"""
              .formatted(registry.repository(), c.get(1), c.get(0)));
      server.sql(
          "delete from ostree_commit where checksum = decode('%s', 'hex')".formatted(c.get(0)));
      server.collect();
      assertThat(
              registry
                  .request()
                  .get("/api/v1/jobs/00000000-0000-4000-8000-000000000001")
                  .jsonPath()
                  .getString("state"))
          .isEqualTo("cancelled");
      assertDeltas(registry);
      Registry.assertError(StaticDelta.ask(registry, c.get(1), c.get(0)), 404, "MANIFEST_UNKNOWN");
    }
  }

  private static Response askOci(Registry registry, String tag) {
    return registry
        .request()
        .contentType("application/json")
        .body(Map.of("repository", registry.repository(), "from", tag, "to", tag))
        .post("/api/v1/deltas");
  }

  @Test
  void aDeltaIsMadeAlthoughTheServerDiedAndMadeAgainWhenItIsDamaged() throws Exception {
    Layout layout = Trees.small().layout();
    Path work = FOLDER.fresh();
    ServerProcess first = ServerProcess.start(work.resolve("data"));
    Skopeo.push(layout, "v1", first, "os:stable");
    Skopeo.push(layout, "v2", first, "os:stable");
    Jobs.awaitBegun(new Registry(first, "os"), "static-delta");
    first.kill();
    ServerProcess second = ServerProcess.start(work.resolve("data"));
    try {
      Registry registry = new Registry(second, "os");
      Jobs.awaitIdle(registry);
      assertThat(StaticDelta.list(registry)).hasSize(1);
      StaticDelta delta = StaticDelta.list(registry).getFirst();
      Path whole = delta.download(work);
      byte[] before = Files.readAllBytes(whole);
      damagePart(work.resolve("data"), registry);

      ScrubReport report = ScrubReport.of(second);
      assertThat(report.status()).as(report.findings().toString()).isEqualTo(3);
      StaticDelta again = StaticDelta.await(registry, delta.from(), delta.to());
      assertThat(again.id()).isNotEqualTo(delta.id());
      assertThat(Files.readAllBytes(again.download(work))).isEqualTo(before);
      OstreeDevice device = new OstreeDevice(work, registry);
      device.pullObjects(delta.from());
      device.ostree("static-delta", "apply-offline", again.download(work)).ok();
      device.check(delta.to());
    } finally {
      second.close();
    }
  }

  private static void damagePart(Path data, Registry registry) throws Exception {
    String digest =
        new Sql(registry.server().data())
            .query("select digest from static_delta_file where number = 1")
            .getFirst()
            .getFirst()
            .substring("sha256:".length());
    Path file = data.resolve("blobs/sha256").resolve(digest.substring(0, 2)).resolve(digest);
    byte[] content = Files.readAllBytes(file);
    content[content.length / 2] ^= 1;
    Files.write(file, content);
  }
}
