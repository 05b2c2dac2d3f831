package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.oci.Digest;
import io.restassured.response.Response;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clients that send slowly or not at all are ended, lose nothing, and harm nobody. */
final class SlowUploadIT {
  /** Clients that hang at once; -Ddeltaport.connections=5000 for the long form. */
  private static final int CONNECTIONS = Integer.getInteger("deltaport.connections", 100);

  private static final int SIZE = 100_000;

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private static ServerProcess server;

  private final Registry registry = new Registry(server, "slow/" + System.nanoTime());
  private final byte[] content = new byte[SIZE];

  @BeforeAll
  static void start() throws IOException {
    server =
        ServerLaunch.on(FOLDER.fresh().resolve("data"))
            .setting("deltaport.upload.timeout", "2s")
            .setting("deltaport.upload.min-bytes-per-second", 1000)
            .setting("deltaport.blob.max-size", "150K")
            .start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  SlowUploadIT() {
    new Random(3).nextBytes(content);
  }

  @Test
  void aClientThatFallsSilentIsEndedAndResumes() throws IOException {
    String upload = registry.beginUpload();
    try (RawHttp client = patch(upload)) {
      client.body(Arrays.copyOf(content, 50_000));
      assertThat(client.status()).isEqualTo(408);
      assertThat(client.rest()).contains("BLOB_UPLOAD_INVALID").contains("Connection: close");
    }
    finish(upload, 50_000);
  }

  @Test
  void aClientThatTricklesIsEnded() throws IOException {
    String upload = registry.beginUpload();
    try (RawHttp client = patch(upload)) {
      int sent = 0;
      while (!client.hasAnswer()) {
        client.body(new byte[] {content[sent++]});
        assertThat(sent).isLessThan(SIZE);
      }
      assertThat(client.status()).isEqualTo(408);
    }
  }

  @Test
  void aRefusedRequestNeedNotSendItsBody() throws IOException {
    try (RawHttp client = patch(registry.path("blobs/uploads/" + java.util.UUID.randomUUID()))) {
      client.body(new byte[1_000]);
      assertThat(client.status()).isEqualTo(404);
    }
  }

  @Test
  void aRefusedRequestThatGoesOnIsCutOff() throws IOException {
    String upload = registry.path("blobs/uploads/" + java.util.UUID.randomUUID());
    try (RawHttp client = new RawHttp(server)) {
      client.head("PATCH " + upload + " HTTP/1.1", "Host: localhost", "Content-Length: 999999999");
      assertThat(sentUntilClosed(client)).isLessThan(300 << 20);
    }
  }

  @Test
  void aBlobThatIsTooLargeIsRefused() {
    byte[] tooLarge = new byte[160_000];
    String digest = Digest.sha256(tooLarge).toString();
    Response whole =
        registry.bytes(tooLarge).post(registry.path("blobs/uploads/?digest=" + digest));
    Registry.assertError(whole, 413, "SIZE_INVALID");
    String upload = registry.beginUpload();
    assertThat(registry.bytes(content).patch(upload).statusCode()).isEqualTo(202);
    Response second = registry.bytes(content).patch(upload);
    Registry.assertError(second, 413, "SIZE_INVALID");
    finish(upload, SIZE);
  }

  @Test
  void manyHangingClientsHarmNobody() throws IOException {
    List<RawHttp> hanging = new ArrayList<>();
    try {
      for (int i = 0; i < CONNECTIONS; i++) {
        hanging.add(patch(registry.beginUpload()).body(new byte[] {1}));
      }
      String digest = registry.pushBlob(content);
      Response pulled = registry.request().get(registry.path("blobs/" + digest));
      assertThat(pulled.asByteArray()).isEqualTo(content);
      for (RawHttp client : hanging) {
        assertThat(client.status()).isEqualTo(408);
      }
    } finally {
      for (RawHttp client : hanging) {
        client.close();
      }
    }
  }

  private static long sentUntilClosed(RawHttp client) {
    long sent = 0;
    byte[] piece = new byte[1 << 20];
    try {
      while (sent < 999_999_999) {
        client.body(piece);
        sent += piece.length;
      }
    } catch (IOException e) {
      // The server ended the connection, which is what this waits for.
    }
    return sent;
  }

  private static RawHttp patch(String upload) throws IOException {
    return new RawHttp(server)
        .head(
            "PATCH " + upload + " HTTP/1.1",
            "Host: localhost",
            "Content-Type: application/octet-stream",
            "Content-Length: " + SIZE);
  }

  private void finish(String upload, int offset) {
    Response status = registry.request().get(upload);
    assertThat(status.header("Range")).isEqualTo("0-" + (offset - 1));
    Digest digest = Digest.sha256(content);
    Response response =
        registry.bytes(Arrays.copyOfRange(content, offset, SIZE)).put(upload + "?digest=" + digest);
    assertThat(response.statusCode()).as(response.asString()).isEqualTo(201);
  }
}
