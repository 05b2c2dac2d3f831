package io.deltaport.it;

import static io.deltaport.it.Registry.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.it.FaultProxy.Verdict;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The network between the server and its PostgreSQL breaks. */
final class DatabaseConnectionIT {
  private static final String PATIENCE = "deltaport.database.patience";
  private static final String THING = "application/vnd.example.thing";

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  /** Brings the PostgreSQL. */
  private static ServerProcess owner;

  private static FaultProxy network;

  /** Waits for the database for as long as a slow machine may take. */
  private static ServerProcess patient;

  /** Gives up at once. */
  private static ServerProcess hasty;

  private Registry registry = new Registry(patient, "t/" + UUID.randomUUID());

  @BeforeAll
  static void start() throws IOException {
    Path folder = FOLDER.fresh();
    owner = ServerProcess.start(folder.resolve("owner"));
    network = new FaultProxy(owner::postgresPort);
    patient = launch(folder.resolve("patient")).setting(PATIENCE, "120s").start();
    hasty =
        launch(folder.resolve("hasty"))
            .setting(PATIENCE, "1s")
            .setting("deltaport.database.answer-timeout", "3s")
            .start();
  }

  private static ServerLaunch launch(Path data) throws IOException {
    return ServerLaunch.on(data).options(owner.databaseOptions(network.port()));
  }

  @AfterAll
  static void stop() throws IOException {
    network.heal();
    patient.close();
    hasty.close();
    network.close();
    owner.close();
  }

  @AfterEach
  void heal() {
    network.heal();
  }

  @ParameterizedTest(name = "answer lost: {0}, {1} times")
  @CsvSource({"true,1", "false,1", "true,2", "false,2"})
  void anUnknownCommitIsResolvedBeforeTheAnswer(boolean answerLost, int times) {
    byte[] content = bytes("content " + UUID.randomUUID());

    CommitFault fault = breakCommits(answerLost, times);
    String digest = registry.pushBlob(content);
    assertThat(fault.happened()).isTrue();
    assertThat(registry.request().get(registry.path("blobs/" + digest)).asByteArray())
        .isEqualTo(content);

    String artifact = registry.artifact(THING, "");
    fault = breakCommits(answerLost, times);
    String manifest = registry.pushManifest("tag", Registry.MANIFEST, artifact);
    assertThat(fault.happened()).isTrue();
    assertThat(get("manifests/tag").header("Docker-Content-Digest")).isEqualTo(manifest);

    fault = breakCommits(answerLost, times);
    assertThat(delete("manifests/tag").statusCode()).isEqualTo(202);
    assertThat(fault.happened()).isTrue();
    assertError(get("manifests/tag"), 404, "MANIFEST_UNKNOWN");

    fault = breakCommits(answerLost, times);
    assertThat(delete("manifests/" + manifest).statusCode()).isEqualTo(202);
    assertThat(fault.happened()).isTrue();
    assertError(delete("manifests/" + manifest), 404, "MANIFEST_UNKNOWN");

    fault = breakCommits(answerLost, times);
    assertThat(delete("blobs/" + digest).statusCode()).isEqualTo(202);
    assertThat(fault.happened()).isTrue();
    assertError(delete("blobs/" + digest), 404, "BLOB_UNKNOWN");
  }

  @ParameterizedTest(name = "answer lost: {0}")
  @ValueSource(booleans = {true, false})
  void anUploadGoesOnAfterUnknownCommits(boolean answerLost) {
    byte[] content = bytes("an upload in two parts, " + UUID.randomUUID());
    byte[] first = java.util.Arrays.copyOf(content, 10);
    byte[] rest = java.util.Arrays.copyOfRange(content, 10, content.length);

    breakCommits(answerLost, 1);
    String upload = registry.beginUpload();
    breakCommits(answerLost, 1);
    Response patched = registry.bytes(first).patch(upload);
    assertThat(patched.statusCode()).isEqualTo(202);
    assertThat(patched.header("Range")).isEqualTo("0-9");
    CommitFault fault = breakCommits(answerLost, 1);
    String digest = io.deltaport.oci.Digest.sha256(content).toString();
    assertThat(registry.bytes(rest).put(upload + "?digest=" + digest).statusCode()).isEqualTo(201);
    assertThat(fault.happened()).isTrue();

    assertThat(get("blobs/" + digest).asByteArray()).isEqualTo(content);
    assertError(registry.request().get(upload), 404, "BLOB_UPLOAD_UNKNOWN");
  }

  @Test
  void requestsAreRefusedWhileTheDatabaseIsAway() throws Exception {
    registry = new Registry(hasty, registry.repository());
    registry.pushArtifact("tag", THING);

    network.refuse();
    assertAllRefused();

    network.heal();
    awaitServing();
  }

  @Test
  void requestsAreRefusedWhenTheDatabaseSaysNothing() throws Exception {
    registry = new Registry(hasty, registry.repository());
    registry.pushArtifact("tag", THING);

    network.inject(() -> (bytes, count, upwards) -> Verdict.SWALLOW);
    assertAllRefused();

    network.heal();
    awaitServing();
  }

  private void assertAllRefused() throws Exception {
    String blob = registry.path("blobs/uploads/?digest=" + Registry.digestOf("x"));
    List<Callable<Response>> requests =
        List.of(
            () -> get("tags/list"),
            () -> registry.request().post(registry.path("blobs/uploads/")),
            () -> registry.bytes(bytes("x")).post(blob),
            () -> delete("manifests/tag"));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Response> answer : threads.invokeAll(requests)) {
        assertRefused(answer.get());
      }
    }
    assertThat(registry.request().get("/q/health/ready").statusCode()).isEqualTo(503);
  }

  private static void assertRefused(Response response) {
    assertError(response, 503, "UNAVAILABLE");
    assertThat(response.header("Retry-After")).matches("[0-9]+");
    assertThat(response.asString()).doesNotContain("Exception").doesNotContain("\tat ");
  }

  private void awaitServing() {
    Await.until(
        "the server serves again",
        Await.PATIENCE,
        () -> get("tags/list").statusCode() == 200 && get("manifests/tag").statusCode() == 200);
    assertThat(registry.pushBlob(bytes("again"))).isEqualTo(Registry.digestOf("again"));
    assertThat(hasty.log()).doesNotContain("A request failed");
  }

  private static CommitFault breakCommits(boolean answerLost, int times) {
    CommitFault fault = CommitFault.of(answerLost, times);
    network.inject(fault::forConnection);
    return fault;
  }

  private Response get(String rest) {
    return registry.request().get(registry.path(rest));
  }

  private Response delete(String rest) {
    return registry.request().delete(registry.path(rest));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
