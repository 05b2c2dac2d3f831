package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An import survives the death of the server, and garbage collection takes what no ref needs. */
class OstreeImportFaultIT {
  @RegisterExtension static final WorkFolder WORK = new WorkFolder();

  private static Command tool(String server, Object... words) {
    return Command.program(Path.of("deltaport").toAbsolutePath().toString(), words)
        .env("DELTAPORT_URL", server);
  }

  @Test
  void anImportGoesOnAfterTheServerWasKilled() throws Exception {
    OstreeSource source = OstreeSource.make(WORK.fresh(), 6_000);
    Path data = WORK.fresh().resolve("data");
    int port = ServerProcess.freePort();
    String url = "http://localhost:" + port;
    ServerProcess server = ServerProcess.start(data, port);
    Command.Running running =
        tool(url, "ostree", "import", source.repo(), "fleet/os", "--json").start();
    Await.until(
        "a part of the objects is there",
        Await.PATIENCE,
        () -> new Sql(data).run("select 1 from ostree_upload limit 1") == 1);
    server.kill();
    assertThat(running.process().isAlive()).isTrue();
    server = ServerProcess.start(data, port);
    try {
      JsonPath report = JsonPath.from(running.await().ok());
      assertThat(report.getInt("commits")).isEqualTo(2);
      Path out = WORK.fresh().resolve("out");
      tool(url, "ostree", "export", "fleet/os", out).ok();
      source.check(out);
    } finally {
      server.close();
    }
  }

  @Test
  void garbageCollectionKeepsWhatARefNeeds() throws IOException, SQLException {
    OstreeSource source = OstreeSource.make(WORK.fresh(), 100);
    try (GcServer server = GcServer.start(WORK.fresh().resolve("data"))) {
      String url = server.process().url();
      tool(url, "ostree", "import", source.repo(), "fleet/os").ok();
      server.collectAll();
      assertThat(server.number("select count(*) from ostree_upload")).isZero();
      assertThat(server.number("select count(*) from ostree_commit")).isEqualTo(2);
      Path out = WORK.fresh().resolve("out");
      tool(url, "ostree", "export", "fleet/os", out).ok();
      source.check(out);

      tool(url, "ostree", "refs", "fleet/os", "--history", "0").ok();
      server.collectAll();
      assertThat(server.number("select count(*) from ostree_commit")).isEqualTo(1);
      Path newest = WORK.fresh().resolve("newest");
      tool(url, "ostree", "export", "fleet/os", newest, "--mode", "bare-user").ok();
      source.ostree(newest, "fsck");

      tool(url, "ostree", "refs", "fleet/os", "--delete", OstreeSource.REF).ok();
      server.collect();
      assertThat(server.number("select count(*) from ostree_commit")).isEqualTo(1);
      server.collectAll();
      assertThat(server.number("select count(*) from ostree_commit")).isZero();
      assertThat(server.files("packs")).isEmpty();
    }
  }
}
