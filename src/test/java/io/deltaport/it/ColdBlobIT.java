package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.oci.Digest;
import io.deltaport.util.Sha256;
import io.restassured.response.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Blobs whose files are gone come back byte for byte, to many clients at once and in parts. */
class ColdBlobIT {
  private static final int CLIENTS = 200;
  private static final int RANGES = 25;

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private static Layout layout;

  private final Path data = FOLDER.fresh().resolve("data");
  private ColdServer server;

  @BeforeAll
  static void build() throws IOException {
    layout = ScrubImages.build(FOLDER.fresh());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void push() {
    for (String tag : ScrubImages.TAGS) {
      Skopeo.push(layout, tag, server.process(), "cold/os:" + tag);
    }
  }

  private static Set<String> layers() {
    Set<String> layers = new HashSet<>();
    ScrubImages.TAGS.forEach(tag -> layers.addAll(layout.image(tag).layers()));
    return layers;
  }

  @Test
  void imagesComeBackWithoutTheirFiles() throws IOException {
    server = ColdServer.start(data, "0");
    push();
    server.awaitCold(layers());
    for (String tag : ScrubImages.TAGS) {
      assertThat(Skopeo.pull(server.process(), "cold/os:" + tag, FOLDER.fresh()))
          .isEqualTo(layout.image(tag));
    }
    Path storage = FOLDER.fresh();
    Command.client("podman", "--root", storage, "--runroot", storage + "-run")
        .with("--storage-driver=vfs", "pull", "-q", "--tls-verify=false")
        .with(server.process().host() + "/cold/os:v1-layers")
        .ok();
    assertThat(server.rebuilds("done")).isGreaterThanOrEqualTo(layers().size());
    assertThat(server.rebuilds("wrong")).isZero();
    Registry registry = server.registry("cold/os");
    String body =
        "{\"repository\":\"cold/os\",\"from\":\"%s\",\"to\":\"%s\"}"
            .formatted(manifest("v1"), manifest("v2"));
    registry.request().contentType("application/json").body(body).post("/api/v1/deltas");
    assertThat(Delta.await(registry, manifest("v1"), manifest("v2")).digest()).isNotNull();
    assertThat(ScrubReport.of(server.process()).status()).isZero();
    // What is known already is not sent again.
    push();
    assertThat(layers()).noneMatch(layer -> Files.exists(server.raw(layer)));
  }

  private static String manifest(String tag) {
    return layout.image(tag).manifest();
  }

  @Test
  void partsAreMadeByThemselves() throws IOException {
    server = ColdServer.start(data, "0");
    push();
    server.awaitCold(layers());
    Random random = new Random();
    for (String layer : layers()) {
      byte[] blob = Files.readAllBytes(layout.blob(layer));
      for (int i = 0; i < RANGES; i++) {
        int first = random.nextInt(blob.length);
        int last = first + random.nextInt(blob.length - first);
        Response part = range(layer, first + "-" + last);
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.asByteArray()).isEqualTo(Arrays.copyOfRange(blob, first, last + 1));
      }
      Response end = range(layer, "-7");
      assertThat(end.asByteArray())
          .isEqualTo(Arrays.copyOfRange(blob, blob.length - 7, blob.length));
      assertThat(range(layer, blob.length + "-").statusCode()).isEqualTo(416);
      // Each of several parts would be made by itself; the whole is as good an answer.
      Response several = range(layer, "0-9,20-29,100-199");
      assertThat(several.statusCode()).isEqualTo(200);
      assertThat(several.asByteArray()).isEqualTo(blob);
    }
  }

  private Response range(String layer, String range) {
    Registry registry = server.registry("cold/os");
    return registry
        .request()
        .header("Range", "bytes=" + range)
        .get(registry.path("blobs/" + layer));
  }

  @Test
  void manyAskForOneColdBlobAndItIsMadeOnce() throws Exception {
    server = ColdServer.start(data, "0");
    push();
    server.awaitCold(layers());
    server.close();
    server = ColdServer.start(data, "1G");
    String layer = layout.image("plain").layers().getFirst();
    URI uri =
        URI.create(server.process().url() + server.registry("cold/os").path("blobs/" + layer));
    try (HttpClient client = HttpClient.newHttpClient();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> all = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        boolean leaves = i % 10 == 9;
        all.add(threads.submit(() -> get(client, uri, leaves)));
      }
      for (int i = 0; i < CLIENTS; i++) {
        assertThat(all.get(i).get()).isEqualTo(i % 10 == 9 ? "" : layer);
      }
    }
    assertThat(server.rebuilds("done")).isEqualTo(1);
    Await.until("it is kept", Await.PATIENCE, () -> Files.exists(server.kept(layer)));
    assertThat(Layout.sha256(server.kept(layer))).isEqualTo(layer);
    assertThat(Digest.sha256(range(layer, "0-").asByteArray())).hasToString(layer);
    assertThat(server.rebuilds("done")).isEqualTo(1);
  }

  /** Returns the digest of what comes; some read a little and go away. */
  private static String get(HttpClient client, URI uri, boolean leaves) throws Exception {
    var response = client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofInputStream());
    assertThat(response.statusCode()).isEqualTo(200);
    MessageDigest hash = Sha256.newDigest();
    try (InputStream in = new DigestInputStream(response.body(), hash)) {
      if (leaves) {
        in.readNBytes(1000);
        return "";
      }
      in.transferTo(OutputStream.nullOutputStream());
      return Digest.ofSha256(hash.digest()).toString();
    }
  }

  @Test
  void filesStayWhenToldSo() throws IOException {
    server = ColdServer.start(data, "1G", "deltaport.blob.keep-raw", true);
    push();
    for (String layer : layers()) {
      Await.until("described", Await.PATIENCE, () -> Files.exists(server.recipe(layer)));
    }
    Jobs.awaitIdle(server.registry("cold/os"));
    assertThat(layers()).allMatch(layer -> Files.exists(server.raw(layer)));
    server.close();
    // What is described already goes when nobody says so any more.
    server = ColdServer.start(data, "1G", "deltaport.blob.compact-interval", "2s");
    server.awaitCold(layers());
    assertThat(Skopeo.pull(server.process(), "cold/os:v1", FOLDER.fresh()))
        .isEqualTo(layout.image("v1"));
    assertThat(server.rebuilds("done")).as("the files were kept by another name").isZero();
  }

  @Test
  void theCacheStaysBelowItsLimit() throws IOException {
    long largest = layers().stream().mapToLong(layout::size).max().orElseThrow();
    long limit = largest + largest / 4;
    server = ColdServer.start(data, Long.toString(limit));
    push();
    server.awaitCold(layers());
    for (int i = 0; i < 2; i++) {
      for (String layer : layers()) {
        assertThat(Digest.sha256(range(layer, "0-").asByteArray())).hasToString(layer);
      }
    }
    Await.until(
        "the cache is within its limit",
        Await.PATIENCE,
        () -> server.bytes("cache/blobs") <= limit);
  }
}
