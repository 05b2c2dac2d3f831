package io.deltaport.it;

import static io.deltaport.it.Registry.INDEX;
import static io.deltaport.it.Registry.MANIFEST;
import static io.deltaport.it.Registry.assertError;
import static io.deltaport.it.Registry.descriptor;
import static io.deltaport.it.Registry.digestOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.response.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Manifests by tag and by digest, and everything that is no manifest. */
class ManifestApiIT {
  private static final String TYPE = "application/vnd.example.thing";

  private final Registry registry = Registry.fresh();
  private final String valid = registry.artifact(TYPE, "");

  @Test
  void aManifestComesBackAsItWasByTagAndByDigest() {
    String spaced = valid.replace(",", " ,\n\t");
    String digest = registry.pushManifest("latest", MANIFEST, spaced);

    assertThat(digest).isEqualTo(digestOf(spaced));
    for (String reference : List.of("latest", digest)) {
      Response get = get(reference);
      assertThat(get.statusCode()).isEqualTo(200);
      assertThat(get.asByteArray()).isEqualTo(spaced.getBytes(StandardCharsets.UTF_8));
      assertThat(get.header("Content-Type")).isEqualTo(MANIFEST);
      assertThat(get.header("Docker-Content-Digest")).isEqualTo(digest);
      Response head = registry.request().head(registry.path("manifests/" + reference));
      assertThat(head.statusCode()).isEqualTo(200);
      assertThat(head.header("Content-Length")).isEqualTo(Integer.toString(spaced.length()));
      assertThat(head.header("Docker-Content-Digest")).isEqualTo(digest);
    }
  }

  @Test
  void aTagMoves() {
    registry.pushManifest("stable", MANIFEST, valid);
    String next = registry.artifact(TYPE, ",\"annotations\":{\"release\":\"2\"}");
    registry.pushManifest("stable", MANIFEST, next);
    assertThat(get("stable").asString()).isEqualTo(next);
    assertThat(get(digestOf(valid)).asString()).isEqualTo(valid);
  }

  @Test
  void aDockerManifestIsAManifest() {
    String type = "application/vnd.docker.distribution.manifest.v2+json";
    String docker = valid.replace(MANIFEST, type);
    registry.pushManifest("docker", type, docker);
    assertThat(get("docker").header("Content-Type")).isEqualTo(type);
  }

  @Test
  void anIndexNeedsItsManifests() {
    String missing = index(descriptor(MANIFEST, digestOf("nothing"), 7));
    assertError(registry.putManifest("multi", INDEX, missing), 400, "MANIFEST_BLOB_UNKNOWN");

    String digest = registry.pushManifest("one", MANIFEST, valid);
    String index = index(descriptor(MANIFEST, digest, valid.length()));
    registry.pushManifest("multi", INDEX, index);
    assertThat(get("multi").asString()).isEqualTo(index);
    assertThat(get("multi").header("Content-Type")).isEqualTo(INDEX);
  }

  /** Sixteen levels that each name the level below eight times: 8^16 if each were visited. */
  @Test
  void indexesThatShareChildrenAreVisitedOnce() {
    String digest = registry.pushManifest("leaf", MANIFEST, valid);
    String child = descriptor(MANIFEST, digest, valid.length());
    for (int level = 0; level < 16; level++) {
      String index = index(String.join(",", java.util.Collections.nCopies(8, child)));
      digest = registry.pushManifest("level-" + level, INDEX, index);
      child = descriptor(INDEX, digest, index.length());
    }
    assertThat(get("level-15").statusCode()).isEqualTo(200);
  }

  @Test
  void aSubjectNeedNotBeThere() {
    String subject = descriptor(MANIFEST, digestOf("comes later"), 11);
    Response response =
        registry.putManifest(
            "referrer", MANIFEST, registry.artifact(TYPE, ",\"subject\":" + subject));
    assertThat(response.statusCode()).isEqualTo(201);
    assertThat(response.header("OCI-Subject")).isEqualTo(digestOf("comes later"));
  }

  @Test
  void aBlobThatIsNotThereIsNamed() {
    String absent = digestOf("never pushed");
    String manifest = manifest(descriptor(TYPE, absent, 12));
    Response response = registry.putManifest("broken", MANIFEST, manifest);
    assertError(response, 400, "MANIFEST_BLOB_UNKNOWN");
    assertThat(response.asString()).contains(absent);
    assertError(get("broken"), 404, "MANIFEST_UNKNOWN");
    assertError(get(digestOf(manifest)), 404, "MANIFEST_UNKNOWN");
  }

  @Test
  void aBlobOfAnotherRepositoryIsNotThere() {
    byte[] blob = "elsewhere".getBytes(StandardCharsets.UTF_8);
    String digest = Registry.fresh().pushBlob(blob);
    assertError(
        registry.putManifest("broken", MANIFEST, manifest(descriptor(TYPE, digest, blob.length))),
        400,
        "MANIFEST_BLOB_UNKNOWN");
  }

  @Test
  void theDigestInThePathMustBeTheBodys() {
    assertError(registry.putManifest(digestOf("another"), MANIFEST, valid), 400, "DIGEST_INVALID");
    assertError(get(digestOf(valid)), 404, "MANIFEST_UNKNOWN");
  }

  @Test
  void moreThanFourMebibytesAreRefused() {
    String padding = ",\"annotations\":{\"a\":\"" + "x".repeat(4 << 20) + "\"}";
    assertError(
        registry.putManifest("huge", MANIFEST, registry.artifact(TYPE, padding)),
        413,
        "MANIFEST_INVALID");
    assertError(get("huge"), 404, "MANIFEST_UNKNOWN");
  }

  static Stream<String> malformed() {
    String config = descriptor("application/json", digestOf("{}"), 2);
    String start = "{\"schemaVersion\":2,\"mediaType\":\"" + MANIFEST + "\",\"config\":" + config;
    return Stream.of(
        "",
        "[]",
        "null",
        "{",
        "{}",
        start + ",\"layers\":[]}{}",
        start + ",\"layers\":[]} x",
        start + ",\"layers\":[],\"layers\":[]}",
        start + ",\"layers\":[],\"x\":" + "[".repeat(65) + "]".repeat(65) + "}",
        start + ",\"layers\":[],\"manifests\":[]}",
        start + ",\"layers\":{}}",
        start + ",\"layers\":[1]}",
        start + ",\"layers\":[" + descriptor("x/y", digestOf("{}"), -1) + "]}",
        start + ",\"layers\":[" + descriptor("x/y", digestOf("{}"), 1) + "]}",
        start + ",\"layers\":[" + descriptor("x/y", "sha256:../../etc/passwd", 2) + "]}",
        start
            + ",\"layers\":["
            + descriptor("x/y", digestOf("{}").toUpperCase(java.util.Locale.ROOT), 2)
            + "]}",
        start + ",\"layers\":[{\"mediaType\":\"x/y\",\"digest\":\"" + digestOf("{}") + "\"}]}",
        start + ",\"layers\":[],\"subject\":7}",
        start + ",\"layers\":[],\"annotations\":{\"a\":1}}",
        start.replace("\"schemaVersion\":2", "\"schemaVersion\":1") + ",\"layers\":[]}",
        start.replace(MANIFEST, INDEX) + ",\"layers\":[]}");
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void whatIsNoManifestIsRefused(String content) {
    registry.pushBlob("{}".getBytes(StandardCharsets.UTF_8));
    assertError(registry.putManifest("bad", MANIFEST, content), 400, "MANIFEST_INVALID");
    assertError(get("bad"), 404, "MANIFEST_UNKNOWN");
  }

  @Test
  void invalidUtf8IsRefused() throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    String text = registry.artifact(TYPE, ",\"annotations\":{\"a\":\"@\"}");
    content.write(text.getBytes(StandardCharsets.UTF_8));
    byte[] bytes = content.toByteArray();
    bytes[text.indexOf('@')] = (byte) 0xff;
    assertError(registry.putManifest("bad", MANIFEST, bytes), 400, "MANIFEST_INVALID");
  }

  @Test
  void theContentTypeMustBeTheManifestsOwn() {
    assertError(registry.putManifest("bad", INDEX, valid), 400, "MANIFEST_INVALID");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-a", ".a", "a%20b", "a@b", "%C3%A4"})
  void aMalformedTagIsRefused(String tag) {
    assertError(registry.putManifest(tag, MANIFEST, valid), 400, "MANIFEST_INVALID");
  }

  @Test
  void aTagHasAtMost128Characters() {
    assertError(registry.putManifest("t".repeat(129), MANIFEST, valid), 400, "MANIFEST_INVALID");
    registry.pushManifest("t".repeat(128), MANIFEST, valid);
  }

  @Test
  void deletingATagLeavesTheManifest() {
    String digest = registry.pushManifest("short-lived", MANIFEST, valid);
    assertThat(delete("short-lived").statusCode()).isEqualTo(202);
    assertError(get("short-lived"), 404, "MANIFEST_UNKNOWN");
    assertThat(get(digest).statusCode()).isEqualTo(200);
    assertError(delete("short-lived"), 404, "MANIFEST_UNKNOWN");
  }

  @Test
  void deletingAManifestTakesItsTags() {
    String digest = registry.pushManifest("one", MANIFEST, valid);
    registry.pushManifest("two", MANIFEST, valid);
    assertThat(delete(digest).statusCode()).isEqualTo(202);
    for (String reference : List.of("one", "two", digest)) {
      assertError(get(reference), 404, "MANIFEST_UNKNOWN");
    }
    assertError(delete(digest), 404, "MANIFEST_UNKNOWN");
    List<String> tags = new ArrayList<>();
    tags.addAll(
        registry
            .request()
            .get(registry.path("tags/list"))
            .jsonPath()
            .getList("tags", String.class));
    assertThat(tags).isEmpty();
  }

  private Response get(String reference) {
    return registry.request().get(registry.path("manifests/" + reference));
  }

  private Response delete(String reference) {
    return registry.request().delete(registry.path("manifests/" + reference));
  }

  private static String manifest(String layer) {
    return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
        .formatted(MANIFEST, descriptor(Registry.EMPTY, digestOf("{}"), 2), layer);
  }

  private static String index(String children) {
    return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
        .formatted(INDEX, children);
  }
}
