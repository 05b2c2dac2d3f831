package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.util.Hex;
import io.deltaport.util.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many large transfers at once need no memory that grows with them. */
final class MemoryIT {
  private static final int UPLOADS = 8;

  /** Size of each upload; -Ddeltaport.upload-mib=2048 for the long form. */
  private static final long UPLOAD_BYTES = Long.getLong("deltaport.upload-mib", 128) << 20;

  /** Devices that pull at once; -Ddeltaport.devices=1000 for the long form. */
  private static final int DEVICES = Integer.getInteger("deltaport.devices", 150);

  private static final int LAYER_BYTES = 16 << 20;
  private static final long HEAP_GROWTH_MAX_BYTES = 64L << 20;

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private static ServerProcess server;
  private static GcLog heap;

  private final Registry registry = new Registry(server, "large/" + System.nanoTime());

  @BeforeAll
  static void start() throws IOException {
    Path folder = FOLDER.fresh();
    heap = new GcLog(folder.resolve("gc.log"));
    server =
        ServerLaunch.on(folder.resolve("data"))
            .environment("JAVA_TOOL_OPTIONS", heap.option())
            .start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void largeUploadsAtOnceTakeNoHeap() throws Exception {
    registry.pushBlob(new byte[1 << 20]);
    long idle = heap.liveBytes(server);
    long most = 0;
    List<Future<Integer>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(UPLOADS)) {
      for (int i = 0; i < UPLOADS; i++) {
        int seed = i;
        answers.add(threads.submit(() -> upload(seed)));
      }
      do {
        most = Math.max(most, heap.liveBytes(server));
      } while (!answers.stream().allMatch(Future::isDone));
    }
    for (Future<Integer> answer : answers) {
      assertThat(answer.get()).isEqualTo(201);
    }
    assertThat(most - idle).isLessThan(HEAP_GROWTH_MAX_BYTES);
  }

  @ParameterizedTest
  @CsvSource({"'', 200", "'bytes=0-8388607,8388608-16777215', 206"})
  void aStampedeOnOneLayerTakesNoHeap(String range, int status) throws Exception {
    byte[] layer = new byte[LAYER_BYTES];
    String digest = registry.pushBlob(layer);
    long idle = heap.liveBytes(server);
    List<RawHttp> devices = new ArrayList<>();
    try {
      for (int i = 0; i < DEVICES; i++) {
        devices.add(
            new RawHttp(server)
                .head(
                    "GET " + registry.path("blobs/" + digest) + " HTTP/1.1",
                    "Host: localhost",
                    "Range: " + range));
      }
      // Each reads the beginning only: the server holds all answers open.
      for (RawHttp device : devices) {
        assertThat(device.status()).isEqualTo(status);
      }
      assertThat(heap.liveBytes(server) - idle).isLessThan(HEAP_GROWTH_MAX_BYTES);
    } finally {
      for (RawHttp device : devices) {
        device.close();
      }
    }
    assertThat(registry.request().get(registry.path("blobs/" + digest)).asByteArray())
        .isEqualTo(layer);
    assertThat(server.log())
        .as("devices that hang up are no error")
        .doesNotContain("reset by", "request failed");
  }

  /** Uploads in two requests, as clients do that learn the digest while they send. */
  private int upload(int seed) throws IOException, InterruptedException {
    String session = registry.beginUpload();
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      DigestInputStream content =
          new DigestInputStream(new RepeatedBytes(seed, UPLOAD_BYTES), Sha256.newDigest());
      int patched =
          send(
              client,
              HttpRequest.newBuilder(URI.create(server.url() + session))
                  .method(
                      "PATCH",
                      BodyPublishers.fromPublisher(
                          BodyPublishers.ofInputStream(() -> (InputStream) content),
                          UPLOAD_BYTES)));
      assertThat(patched).isEqualTo(202);
      String digest = "sha256:" + Hex.encode(content.getMessageDigest().digest());
      return send(
          client,
          HttpRequest.newBuilder(URI.create(server.url() + session + "?digest=" + digest))
              .PUT(BodyPublishers.noBody()));
    }
  }

  private static int send(HttpClient client, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client
        .send(
            request.header("Content-Type", "application/octet-stream").build(),
            BodyHandlers.discarding())
        .statusCode();
  }
}
