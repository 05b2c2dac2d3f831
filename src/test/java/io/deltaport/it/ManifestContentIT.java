package io.deltaport.it;

import static io.deltaport.it.Registry.INDEX;
import static io.deltaport.it.Registry.MANIFEST;
import static io.deltaport.it.Registry.assertError;
import static io.deltaport.it.Registry.descriptor;
import static io.deltaport.it.Registry.digestOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Manifests of unusual kinds that are kept as they are. */
class ManifestContentIT {
  private static final String TYPE = "application/vnd.example.thing";
  private static final int MANIFEST_BYTES_MAX = 4 << 20;

  private final Registry registry = Registry.fresh();

  @Test
  void aManifestOfExactlyFourMebibytesIsStored() {
    String start = registry.artifact(TYPE, ",\"annotations\":{\"a\":\"@\"}");
    String manifest = start.replace("@", "x".repeat(MANIFEST_BYTES_MAX - start.length() + 1));
    registry.pushManifest("large", MANIFEST, manifest);
    assertThat(get("large").asString()).isEqualTo(manifest);
    assertError(registry.putManifest("larger", MANIFEST, manifest + " "), 413, "MANIFEST_INVALID");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/vnd.oci.artifact.manifest.v1+json",
        "application/vnd.example.manifest.v7+json",
        "application/json"
      })
  void aManifestOfAnUnknownTypeIsKeptAsItIs(String type) {
    byte[] blob = "blob".getBytes(StandardCharsets.US_ASCII);
    String subject = registry.pushArtifact("subject", TYPE);
    String manifest =
        """
        { "artifactType": "%s", "blobs": [%s], "more": {"like": [1, 2.50, null]},
          "subject": %s }"""
            .formatted(
                TYPE,
                descriptor(TYPE, registry.pushBlob(blob), blob.length),
                descriptor(MANIFEST, subject, 1));
    String digest = registry.pushManifest("odd", type, manifest);
    assertThat(get("odd").asString()).isEqualTo(manifest);
    assertThat(get(digest).header("Content-Type")).isEqualTo(type);
    assertThat(
            registry
                .request()
                .get(registry.path("referrers/" + subject))
                .jsonPath()
                .getString("manifests[0].mediaType"))
        .isEqualTo(type);
  }

  @Test
  void whatAnUnknownTypeNamesMustBeThereToo() {
    String type = "application/vnd.example.manifest.v7+json";
    for (String field : new String[] {"layers", "blobs", "manifests"}) {
      String manifest =
          "{\"%s\":[%s]}".formatted(field, descriptor(TYPE, digestOf("nothing " + field), 7));
      assertError(registry.putManifest("odd", type, manifest), 400, "MANIFEST_BLOB_UNKNOWN");
    }
    assertError(registry.putManifest("odd", type, "{\"layers\":[7]}"), 400, "MANIFEST_INVALID");
    assertError(
        registry.putManifest("odd", type, "{\"schemaVersion\":1}"), 400, "MANIFEST_INVALID");
    assertError(
        registry.putManifest("odd", type, "{\"layers\":[],\"manifests\":[]}"),
        400,
        "MANIFEST_INVALID");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/html", "image/svg+xml", "application/", "nonsense"})
  void whatABrowserWouldShowIsNoManifest(String type) {
    assertError(registry.putManifest("odd", type, "{}"), 400, "MANIFEST_INVALID");
  }

  @Test
  void parametersOfTheContentTypeAreIgnored() {
    registry.pushManifest("tag", MANIFEST + "; charset=utf-8", registry.artifact(TYPE, ""));
    assertThat(get("tag").header("Content-Type")).isEqualTo(MANIFEST);
  }

  @Test
  void layersOfUnknownTypesAndUnknownFieldsAreKept() {
    byte[] blob = "blob".getBytes(StandardCharsets.US_ASCII);
    String layer =
        descriptor("application/x-nobody-knows", registry.pushBlob(blob), blob.length)
            .replace("}", ",\"data\":\"YmxvYg==\",\"org.example.field\":[{}]}");
    String manifest =
        registry
            .artifact(TYPE, ",\"org.example\":{\"x\":1e400}")
            .replace("\"layers\":[", "\"layers\":[" + layer + ",");
    registry.pushManifest("tag", MANIFEST, manifest);
    assertThat(get("tag").asString()).isEqualTo(manifest);
  }

  @Test
  void nonDistributableLayersNeedNotBeThere() {
    String manifest = withLayer("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", "");
    registry.pushManifest("foreign", MANIFEST, manifest);
    assertThat(get("foreign").asString()).isEqualTo(manifest);
  }

  /** The server must not become a way into the network that it is in. */
  @Test
  void urlsAreKeptAndNeverFetched() throws IOException {
    AtomicInteger requests = new AtomicInteger();
    HttpServer victim =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    victim.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    victim.start();
    try {
      String url = "http://127.0.0.1:" + victim.getAddress().getPort() + "/latest/meta-data";
      String manifest =
          withLayer(
              "application/vnd.oci.image.layer.nondistributable.v1.tar",
              ",\"urls\":[\"" + url + "\",\"file:///etc/passwd\"]");
      registry.pushManifest("foreign", MANIFEST, manifest);
      assertThat(get("foreign").asString()).isEqualTo(manifest);
      String layer = digestOf("a foreign layer");
      assertError(registry.request().get(registry.path("blobs/" + layer)), 404, "BLOB_UNKNOWN");
      Jobs.awaitIdle(registry);
      assertThat(requests).hasValue(0);
    } finally {
      victim.stop(0);
    }
  }

  @Test
  void indexesNest() {
    String manifest = registry.artifact(TYPE, "");
    String child =
        descriptor(MANIFEST, registry.pushManifest("one", MANIFEST, manifest), manifest.length());
    String inner = index(child);
    String outer =
        index(
            descriptor(INDEX, registry.pushManifest("inner", INDEX, inner), inner.length())
                + ","
                + child);
    registry.pushManifest("outer", INDEX, outer);
    assertThat(get("outer").asString()).isEqualTo(outer);
    registry.pushManifest("empty", INDEX, index(""));
    assertThat(get("empty").asString()).isEqualTo(index(""));
  }

  @Test
  void aChildOfAnotherSizeIsRefused() {
    String digest = registry.pushArtifact("one", TYPE);
    assertError(
        registry.putManifest("multi", INDEX, index(descriptor(MANIFEST, digest, 1))),
        400,
        "MANIFEST_INVALID");
  }

  private String withLayer(String type, String fields) {
    String layer =
        descriptor(type, digestOf("a foreign layer"), 1 << 30).replace("}", fields + "}");
    String config = "{\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}";
    return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
        .formatted(
            MANIFEST,
            descriptor(
                "application/vnd.oci.image.config.v1+json",
                registry.pushBlob(config.getBytes(StandardCharsets.US_ASCII)),
                config.length()),
            layer);
  }

  private Response get(String reference) {
    return registry.request().get(registry.path("manifests/" + reference));
  }

  private static String index(String children) {
    return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
        .formatted(INDEX, children);
  }
}
