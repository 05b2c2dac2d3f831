package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Commit;
import io.deltaport.ostree.ContentHeader;
import io.deltaport.ostree.DirMeta;
import io.deltaport.ostree.DirTree;
import io.deltaport.ostree.ObjectName;
import io.deltaport.ostree.ObjectType;
import io.deltaport.ostree.stream.ObjectStreamReader;
import io.deltaport.ostree.stream.ObjectStreamWriter;
import io.deltaport.util.Hex;
import io.deltaport.util.Sha256;
import io.restassured.response.Response;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
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

  /** Exports that go on at once. */
  private static final int EXPORTS = 20;

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

  @Test
  void exportsThatNobodyReadsTakeNoHeap() throws Exception {
    byte[] content = new byte[LAYER_BYTES];
    new Random(4).nextBytes(content);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.write(ContentHeader.regular(0, 0, 0644, List.of()).encode());
    file.write(content);
    byte[] meta = new DirMeta(0, 0, 040755, List.of()).encode();
    Checksum object = Checksum.of(file.toByteArray());
    byte[] tree =
        new DirTree(List.of(new DirTree.FileEntry(new byte[] {'f'}, object)), List.of()).encode();
    byte[] commit =
        new Commit(Map.of(), Optional.empty(), "", "", 1, Checksum.of(tree), Checksum.of(meta))
            .encode();
    send("objects", ObjectType.FILE, file.toByteArray());
    send("objects", ObjectType.DIRTREE, tree);
    send("objects", ObjectType.DIRMETA, meta);
    send("commits", ObjectType.COMMIT, commit);
    String path = ostree("commits/" + Checksum.of(commit) + "/objects");
    String names = "{\"objects\":[\"" + object + ".file\"]}";
    long idle = heap.liveBytes(server);
    List<RawHttp> devices = new ArrayList<>();
    try {
      for (int i = 0; i < EXPORTS; i++) {
        devices.add(
            new RawHttp(server)
                .head(
                    "POST " + path + " HTTP/1.1",
                    "Host: localhost",
                    "Content-Type: application/json",
                    "Content-Length: " + names.length())
                .body(names.getBytes(StandardCharsets.US_ASCII)));
      }
      for (RawHttp device : devices) {
        assertThat(device.status()).isEqualTo(200);
      }
      assertThat(heap.liveBytes(server) - idle).isLessThan(HEAP_GROWTH_MAX_BYTES);
    } finally {
      for (RawHttp device : devices) {
        device.close();
      }
    }
    byte[] answer =
        registry.request().contentType("application/json").body(names).post(path).asByteArray();
    try (ObjectStreamReader in =
        new ObjectStreamReader(new ByteArrayInputStream(answer), 1, 2L * LAYER_BYTES)) {
      assertThat(in.next().content().readAllBytes()).isEqualTo(file.toByteArray());
      assertThat(in.next()).isNull();
    }
    assertThat(server.log())
        .as("devices that hang up are no error")
        .doesNotContain("reset by", "request failed");
  }

  private String ostree(String rest) {
    return "/api/v1/ostree/" + registry.repository() + "/" + rest;
  }

  private void send(String where, ObjectType type, byte[] object) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ObjectStreamWriter writer = new ObjectStreamWriter(out)) {
      writer.add(new ObjectName(type, Checksum.of(object)), object);
      writer.finish();
    }
    Response answer = registry.bytes(out.toByteArray()).post(ostree(where));
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
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
