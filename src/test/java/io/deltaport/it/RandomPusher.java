package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.oci.Digest;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A client that pushes and deletes at random in a repository of its own, and notes what the server
 * has promised it. Not thread-safe.
 */
final class RandomPusher {
  private static final String ARTIFACT = "application/vnd.example.thing";
  private static final int BLOB_BYTES_MAX = 300_000;
  private static final int COMMON_CONTENTS = 10;
  private static final int TAGS = 4;
  private static final int CHUNKS_MAX = 3;

  private final Http http;
  private final String base;
  private final Random random;
  private final Ledger ledger = new Ledger();
  private final List<RandomUpload> uploads = new ArrayList<>();
  private final AtomicInteger acknowledged = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();

  RandomPusher(Http http, String repository, long seed) {
    this.http = http;
    this.base = "/v2/" + repository + "/";
    this.random = new Random(seed);
  }

  /** Returns how many requests the server has answered with success; any thread may ask. */
  int acknowledged() {
    return acknowledged.get();
  }

  /** Returns how many requests it has refused because something that it needs was away. */
  int refused() {
    return refused.get();
  }

  /**
   * Does one thing.
   *
   * @throws IOException if the server did not answer, or was unable to do it
   */
  void step() throws IOException {
    switch (random.nextInt(10)) {
      case 0, 1 -> pushBlob();
      case 2, 3, 4 -> pushInChunks();
      case 5, 6 -> pushManifest();
      case 7 -> remove(manifests(), "manifest");
      case 8 -> remove(ledger.present(RandomPusher::isTag), "tag");
      default -> remove(freeBlobs(), "blob");
    }
  }

  /** Fails unless all that was promised is there, whole, and every upload goes on to its end. */
  void check() throws IOException {
    ledger.check(http, base);
    for (RandomUpload upload : uploads) {
      if (upload.resume(http)) {
        ledger.stored("blobs/" + upload.digest(), upload.content());
      }
      ledger.check(http, base, "blobs/" + upload.digest());
    }
    uploads.clear();
  }

  private void pushBlob() throws IOException {
    byte[] content = randomContent();
    String path = "blobs/" + Digest.sha256(content);
    ledger.begin(path, content);
    send("POST", base + "blobs/uploads/?digest=" + Digest.sha256(content), content, 201);
    ledger.stored(path, content);
  }

  private void pushInChunks() throws IOException {
    byte[] content = randomContent();
    HttpResponse<byte[]> begun = send("POST", base + "blobs/uploads/", null, 202);
    RandomUpload upload =
        new RandomUpload(begun.headers().firstValue("Location").orElseThrow(), content);
    uploads.add(upload);
    String path = "blobs/" + upload.digest();
    for (int i = random.nextInt(CHUNKS_MAX); i >= 0; i--) {
      int bytes = 2 + random.nextInt(Math.max(1, upload.left() - 2));
      byte[] chunk = upload.beginChunk(Math.min(bytes, upload.left()));
      send("PATCH", upload.location(), chunk, 202);
      upload.chunkStored();
    }
    ledger.begin(path, content);
    byte[] last = upload.beginLast();
    send("PUT", upload.location() + "?digest=" + upload.digest(), last, 201);
    uploads.remove(upload);
    ledger.stored(path, content);
  }

  private void pushManifest() throws IOException {
    List<String> blobs = ledger.present(path -> path.startsWith("blobs/"));
    if (blobs.isEmpty()) {
      pushBlob();
      return;
    }
    String layer = Ledger.any(blobs, random);
    String descriptor =
        Registry.descriptor(
            "application/octet-stream",
            layer.substring("blobs/".length()),
            ledger.content(layer).length);
    byte[] manifest =
        """
        {"schemaVersion":2,"mediaType":"%s","artifactType":"%s","config":%s,"layers":[%s],\
        "annotations":{"serial":"%d"}}"""
            .formatted(Registry.MANIFEST, ARTIFACT, descriptor, descriptor, random.nextLong())
            .getBytes(StandardCharsets.UTF_8);
    String byTag = "manifests/t" + random.nextInt(TAGS);
    String byDigest = "manifests/" + Digest.sha256(manifest);
    ledger.begin(byTag, manifest);
    ledger.begin(byDigest, manifest);
    send("PUT", base + byTag, manifest, 201, "Content-Type", Registry.MANIFEST);
    ledger.stored(byTag, manifest);
    ledger.stored(byDigest, manifest);
  }

  private void remove(List<String> candidates, String what) throws IOException {
    if (candidates.isEmpty()) {
      pushBlob();
      return;
    }
    String path = Ledger.any(candidates, random);
    // A manifest goes with the tags that point at it.
    List<String> gone =
        what.equals("manifest") ? ledger.mayHold(ledger.content(path)) : List.of(path);
    List<String> certain = gone.stream().filter(ledger.present(p -> true)::contains).toList();
    gone.forEach(ledger::beginRemoval);
    send("DELETE", base + path, null, 202);
    certain.forEach(ledger::removed);
  }

  private List<String> manifests() {
    return ledger.present(path -> path.startsWith("manifests/sha256:"));
  }

  private static boolean isTag(String path) {
    return path.startsWith("manifests/t");
  }

  /** Blobs that no manifest names, by what this client knows. */
  private List<String> freeBlobs() {
    return ledger.present(
        path -> path.startsWith("blobs/") && !ledger.mentions(path.substring("blobs/".length())));
  }

  private byte[] randomContent() {
    if (random.nextInt(4) == 0) {
      // Others store the same, each in its own repository.
      return new byte[4 + random.nextInt(COMMON_CONTENTS)];
    }
    byte[] content = new byte[4 + random.nextInt(BLOB_BYTES_MAX)];
    random.nextBytes(content);
    return content;
  }

  private HttpResponse<byte[]> send(
      String method, String path, byte[] body, int expected, String... headers) throws IOException {
    HttpResponse<byte[]> response = http.send(method, path, body, headers);
    int status = response.statusCode();
    if (status == 503 || status == 507) {
      refused.incrementAndGet();
      assertError(response);
      throw new IOException("the server answered " + status);
    }
    assertThat(status)
        .as("%s %s: %s", method, path, new String(response.body(), StandardCharsets.UTF_8))
        .isEqualTo(expected);
    acknowledged.incrementAndGet();
    return response;
  }

  private static void assertError(HttpResponse<byte[]> response) {
    String body = new String(response.body(), StandardCharsets.UTF_8);
    assertThat(body).contains("\"errors\":[{\"code\":\"UNAVAILABLE\"").doesNotContain("Exception");
    if (response.statusCode() == 503) {
      assertThat(response.headers().firstValue("Retry-After")).isPresent();
    }
  }
}
