package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.response.Response;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Manifests from memory are never older than the database, whoever changes it. */
final class ManifestCacheIT {
  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private static ServerProcess server;
  private static Sql sql;

  private final Registry registry = new Registry(server, "cached/" + System.nanoTime());

  @BeforeAll
  static void start() {
    Path data = FOLDER.fresh().resolve("data");
    server = ServerProcess.start(data);
    sql = new Sql(data);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void everyPushIsSeenByTheNextRequest() {
    for (int i = 0; i < 100; i++) {
      String digest = registry.pushArtifact("latest", "test/round-" + i);
      assertThat(digestOf("latest")).isEqualTo(digest);
      assertThat(digestOf("latest")).isEqualTo(digest);
    }
  }

  @Test
  void aDeletedTagIsGoneAtOnceAndItsManifestIsNot() {
    String digest = registry.pushArtifact("old", "test/a");
    assertThat(digestOf("old")).isEqualTo(digest);
    assertThat(digestOf(digest)).isEqualTo(digest);
    assertThat(delete("old")).isEqualTo(202);
    assertThat(get("old").statusCode()).isEqualTo(404);
    assertThat(digestOf(digest)).isEqualTo(digest);
  }

  @Test
  void aDeletedManifestTakesItsTagsWithItAtOnce() {
    String digest = registry.pushArtifact("one", "test/b");
    registry.pushArtifact("two", "test/b");
    assertThat(digestOf("one")).isEqualTo(digest);
    assertThat(digestOf("two")).isEqualTo(digest);
    assertThat(delete(digest)).isEqualTo(202);
    assertThat(get("one").statusCode()).isEqualTo(404);
    assertThat(get("two").statusCode()).isEqualTo(404);
    assertThat(get(digest).statusCode()).isEqualTo(404);
  }

  @Test
  void aChangePastTheServerIsHeard() throws Exception {
    String first = registry.pushArtifact("stable", "test/first");
    String second = registry.pushArtifact("next", "test/second");
    assertThat(digestOf("stable")).isEqualTo(first);
    moveTag("stable", second);
    awaitDigest("stable", second);
    int deleted =
        sql.run(
            """
            delete from manifest m using repository r
            where r.id = m.repository_id and r.name = ? and m.digest = ?""",
            registry.repository(),
            second);
    assertThat(deleted).isEqualTo(1);
    Await.until("it is gone", Await.PATIENCE, () -> get("stable").statusCode() == 404);
    Await.until("it is gone", Await.PATIENCE, () -> get(second).statusCode() == 404);
  }

  @Test
  void aChangeWhileTheServerCannotHearIsSeen() throws Exception {
    String first = registry.pushArtifact("stable", "test/first");
    String second = registry.pushArtifact("next", "test/second");
    for (int i = 0; i < 5; i++) {
      assertThat(digestOf("stable")).isEqualTo(first);
      endListeners();
      moveTag("stable", second);
      awaitDigest("stable", second);
      endListeners();
      moveTag("stable", first);
      awaitDigest("stable", first);
    }
  }

  private static void endListeners() throws Exception {
    sql.run(
        "select pg_terminate_backend(pid) from pg_stat_activity"
            + " where pid <> pg_backend_pid() and backend_type = 'client backend'");
  }

  private void moveTag(String tag, String digest) throws Exception {
    int moved =
        sql.run(
            """
            update tag t set manifest_id = m.id from manifest m, repository r
            where m.repository_id = r.id and t.repository_id = r.id and r.name = ?
              and t.name = ? and m.digest = ?""",
            registry.repository(),
            tag,
            digest);
    assertThat(moved).isEqualTo(1);
  }

  private void awaitDigest(String reference, String digest) {
    Await.until(
        reference + " is " + digest,
        Await.PATIENCE,
        () -> digest.equals(get(reference).header("Docker-Content-Digest")));
  }

  private String digestOf(String reference) {
    Response response = get(reference);
    assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
    return response.header("Docker-Content-Digest");
  }

  private Response get(String reference) {
    return registry.request().get(registry.path("manifests/" + reference));
  }

  private int delete(String reference) {
    return registry.request().delete(registry.path("manifests/" + reference)).statusCode();
  }
}
