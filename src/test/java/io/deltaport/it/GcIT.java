package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each kind of garbage goes in its time, and what is no garbage stays byte for byte. */
class GcIT {
  private static final String ARTIFACT = "application/vnd.example.thing";

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private static GcServer server;

  @BeforeAll
  static void start() throws IOException {
    server = GcServer.start(FOLDER.fresh().resolve("data"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static byte[] content(String text) {
    return (text + UUID.randomUUID()).getBytes(StandardCharsets.UTF_8);
  }

  private static void assertBlob(Registry registry, String digest, byte[] content) {
    Response response = registry.request().get(registry.path("blobs/" + digest));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.asByteArray()).isEqualTo(content);
  }

  private static int status(Registry registry, String path) {
    return registry.request().get(registry.path(path)).statusCode();
  }

  @Test
  void aBlobThatNoManifestNamesGoesAndOthersStay() throws SQLException {
    Registry registry = server.fresh();
    byte[] unused = content("unused");
    byte[] used = content("used");
    String garbage = registry.pushBlob(unused);
    String layer = registry.pushBlob(used);
    String manifest = image(layer, used.length, registry.pushBlob(used));
    String untagged =
        registry.pushManifest(Registry.digestOf(manifest), Registry.MANIFEST, manifest);

    server.collect();
    assertBlob(registry, garbage, unused);
    server.pass();
    JsonPath report = server.collect();
    assertThat(GcServer.count(report, "removed", "blob-link")).isPositive();
    assertThat(GcServer.count(report, "removed", "blob")).isPositive();
    assertThat(status(registry, "blobs/" + garbage)).isEqualTo(404);
    assertThat(server.blob(garbage)).as("files have their own grace period").exists();
    server.pass();
    server.collect();
    assertThat(server.blob(garbage)).doesNotExist();

    server.collectAll();
    assertBlob(registry, layer, used);
    Response kept = registry.request().get(registry.path("manifests/" + untagged));
    assertThat(kept.asString()).as("untagged manifests stay without a rule").isEqualTo(manifest);
  }

  private static String image(String layer, int size, String config) {
    return """
        {"schemaVersion":2,"mediaType":"%s","artifactType":"%s","config":%s,"layers":[%s]}"""
        .formatted(
            Registry.MANIFEST,
            ARTIFACT,
            Registry.descriptor("application/octet-stream", config, size),
            Registry.descriptor("application/octet-stream", layer, size));
  }

  @Test
  void theBlobsOfADeletedManifestGoUnlessAnotherOneNeedsThem() throws SQLException {
    Registry registry = server.fresh();
    byte[] both = content("both");
    byte[] one = content("one");
    String shared = registry.pushBlob(both);
    String alone = registry.pushBlob(one);
    String gone = registry.pushManifest("gone", Registry.MANIFEST, image(alone, one.length, alone));
    String sharing = image(shared, both.length, shared);
    registry.pushManifest("kept", Registry.MANIFEST, sharing);
    assertThat(registry.request().delete(registry.path("manifests/" + gone)).statusCode())
        .isEqualTo(202);

    server.collectAll();
    assertThat(status(registry, "blobs/" + alone)).isEqualTo(404);
    assertThat(server.blob(alone)).doesNotExist();
    assertBlob(registry, shared, both);
    assertThat(registry.request().get(registry.path("manifests/kept")).asString())
        .isEqualTo(sharing);
  }

  @Test
  void aBlobGoesFromOneRepositoryAndStaysInAnother() throws SQLException {
    Registry source = server.fresh();
    Registry other = server.fresh();
    byte[] content = content("mounted");
    String digest = source.pushBlob(content);
    Response mounted =
        other
            .request()
            .post(other.path("blobs/uploads/?mount=" + digest + "&from=" + source.repository()));
    assertThat(mounted.statusCode()).isEqualTo(201);
    other.pushManifest("v1", Registry.MANIFEST, image(digest, content.length, digest));

    server.collectAll();
    assertThat(status(source, "blobs/" + digest)).isEqualTo(404);
    assertBlob(other, digest, content);
  }

  @Test
  void whoAskedForABlobCanRelyOnIt() throws SQLException {
    Registry registry = server.fresh();
    byte[] content = content("asked");
    String digest = registry.pushBlob(content);
    server.collect();
    server.pass();
    assertThat(registry.request().head(registry.path("blobs/" + digest)).statusCode())
        .isEqualTo(200);
    server.collect();
    registry.pushManifest("v1", Registry.MANIFEST, image(digest, content.length, digest));
    server.collectAll();
    assertBlob(registry, digest, content);
  }

  @Test
  void aBlobThatComesBackBeforeItsFileIsUnlinkedStays() throws SQLException {
    Registry registry = server.fresh();
    byte[] content = content("back");
    String digest = registry.pushBlob(content);
    server.collect();
    server.pass();
    server.collect();
    assertThat(status(registry, "blobs/" + digest)).isEqualTo(404);
    registry.pushBlob(content);
    registry.pushManifest("v1", Registry.MANIFEST, image(digest, content.length, digest));
    server.collectAll();
    assertBlob(registry, digest, content);
  }

  @Test
  void filesOfCrashedJobsGoAndForeignFilesStay() throws IOException, SQLException {
    String hex = Registry.digestOf("crash" + UUID.randomUUID()).substring("sha256:".length());
    String folder = hex.substring(0, 2) + "/" + hex;
    Path pack = orphan("packs/" + folder + ".pack");
    Path recipe = orphan("recipes/sha256/" + folder + ".recipe");
    Path blob = orphan("blobs/sha256/" + folder);
    Path upload = orphan("pending/upload-" + UUID.randomUUID());
    Path foreign = orphan("blobs/sha256/" + folder.substring(0, 2) + "/notes");
    Path pending = orphan("pending/notes-" + UUID.randomUUID());

    server.collect();
    assertThat(pack).exists();
    JsonPath dry = server.dryRun();
    assertThat(GcServer.count(dry, "waiting", "file")).isGreaterThanOrEqualTo(3);
    assertThat(GcServer.count(dry, "waiting", "pending")).isPositive();
    server.pass();
    server.dryRun();
    assertThat(pack).as("a dry run changes nothing").exists();
    server.collect();
    assertThat(pack).doesNotExist();
    assertThat(recipe).doesNotExist();
    assertThat(blob).doesNotExist();
    assertThat(upload).doesNotExist();
    assertThat(foreign).exists();
    assertThat(pending).exists();
  }

  private static Path orphan(String name) throws IOException {
    Path file = server.data().resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "nobody knows me");
  }

  @Test
  void abandonedUploadsExpire() throws SQLException {
    Registry registry = server.fresh();
    String abandoned = registry.beginUpload();
    registry.bytes(content("half")).patch(abandoned);
    Path file =
        server
            .data()
            .resolve("pending/upload-" + abandoned.substring(abandoned.lastIndexOf('/') + 1));
    assertThat(file).exists();
    server.pass();
    String alive = registry.beginUpload();
    byte[] content = content("alive");
    assertThat(registry.bytes(content).patch(alive).statusCode()).isEqualTo(202);

    Registry.assertError(registry.request().get(abandoned), 404, "BLOB_UPLOAD_UNKNOWN");
    Registry.assertError(
        registry.bytes(content("late")).patch(abandoned), 404, "BLOB_UPLOAD_UNKNOWN");
    JsonPath dry = server.dryRun();
    assertThat(GcServer.count(dry, "removed", "upload")).isPositive();
    assertThat(file).exists();
    server.collect();
    assertThat(file).doesNotExist();
    String digest = io.deltaport.oci.Digest.sha256(content).toString();
    assertThat(registry.request().put(alive + "?digest=" + digest).statusCode()).isEqualTo(201);
    assertBlob(registry, digest, content);
  }

  @Test
  void workOnAnImageThatIsGoneIsCancelled() throws SQLException {
    UUID id = UUID.randomUUID();
    server.sql(
        """
        insert into job (id, kind, repository, source, target, state)
        values ('%s', 'delta', 'nowhere', 'sha256:%s', 'sha256:%s', 'queued')"""
            .formatted(id, "0".repeat(64), "1".repeat(64)));
    assertThat(GcServer.count(server.dryRun(), "removed", "job")).isEqualTo(1);
    assertThat(GcServer.count(server.collect(), "removed", "job")).isEqualTo(1);
    JsonPath job = server.fresh().request().get("/api/v1/jobs/" + id).jsonPath();
    assertThat(job.getString("state")).isEqualTo("cancelled");
    assertThat(job.getString("error")).isEqualTo("the image was deleted");
  }

  @Test
  void theToolShowsWhatWouldGo() {
    Registry registry = server.fresh();
    registry.pushBlob(content("shown"));
    server.collect();
    String tool = Path.of("deltaport").toAbsolutePath().toString();
    String table =
        Command.program(tool, "gc", "--dry-run", "--server", server.process().url()).ok();
    assertThat(table)
        .contains("STATE", "waiting", "blob-link", "no manifest of the repository names the blob");
    JsonPath json =
        JsonPath.from(
            Command.program(tool, "gc", "--dry-run", "--json", "--server", server.process().url())
                .ok());
    assertThat(json.getBoolean("report.dryRun")).isTrue();
    assertThat(GcServer.count(json, "waiting", "blob-link")).isPositive();
    JsonPath runs = registry.request().get("/api/v1/gc?n=1").jsonPath();
    assertThat(runs.getList("runs.id")).containsExactly(json.getString("id"));
  }

  @Test
  void anUnknownRunIsNoRun() {
    Registry.assertError(
        server.fresh().request().get("/api/v1/gc/" + UUID.randomUUID()), 404, "NAME_UNKNOWN");
    Registry.assertError(server.fresh().request().get("/api/v1/gc/x"), 404, "NAME_UNKNOWN");
  }
}
