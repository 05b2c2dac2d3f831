package io.deltaport.it;

import static io.deltaport.it.Registry.MANIFEST;
import static io.deltaport.it.Registry.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.response.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests for content that the client may have already. */
class ConditionalApiIT {
  private static final String TYPE = "application/vnd.example.thing";

  private final Registry registry = Registry.fresh();
  private final String manifest = registry.pushArtifact("tag", TYPE);
  private final String blob = registry.pushBlob("blob".getBytes(StandardCharsets.US_ASCII));
  private final List<String> paths =
      List.of(
          registry.path("manifests/tag"),
          registry.path("manifests/" + manifest),
          registry.path("blobs/" + blob));

  @Test
  void contentThatTheClientHasIsNotSentAgain() {
    for (String path : paths) {
      String entityTag = registry.request().get(path).header("ETag");
      assertThat(entityTag).isIn("\"" + manifest + "\"", "\"" + blob + "\"");
      for (String value : List.of(entityTag, "W/" + entityTag, "\"x\", " + entityTag, "*")) {
        for (Response response :
            List.of(
                registry.request().header("If-None-Match", value).get(path),
                registry.request().header("If-None-Match", value).head(path))) {
          assertThat(response.statusCode()).as(path).isEqualTo(304);
          assertThat(response.asByteArray()).isEmpty();
          assertThat(response.header("ETag")).isEqualTo(entityTag);
          assertThat(response.header("Docker-Content-Digest")).isIn(manifest, blob);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"sha256:another\"", "nonsense", "\"", ""})
  void otherContentIsSent(String value) {
    for (String path : paths) {
      Response response = registry.request().header("If-None-Match", value).get(path);
      assertThat(response.statusCode()).as(path).isEqualTo(200);
      assertThat(response.asByteArray()).isNotEmpty();
    }
  }

  @Test
  void aTagThatMovedIsSent() {
    String first = "\"" + manifest + "\"";
    registry.pushManifest(
        "tag", MANIFEST, registry.artifact(TYPE, ",\"annotations\":{\"release\":\"2\"}"));
    Response moved = registry.request().header("If-None-Match", first).get(paths.getFirst());
    assertThat(moved.statusCode()).isEqualTo(200);
    assertThat(moved.header("ETag")).isNotEqualTo(first);
  }

  @Test
  void contentThatTheClientDoesNotWantIsNotSent() {
    for (String path : paths) {
      assertError(
          registry.request().header("If-Match", "\"sha256:another\"").get(path),
          412,
          "UNSUPPORTED");
      assertThat(registry.request().header("If-Match", "*").get(path).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aConditionTellsNothingAboutContentThatIsNotThere() {
    Registry other = Registry.fresh();
    for (String path : List.of("manifests/" + manifest, "blobs/" + blob)) {
      for (String header : List.of("If-None-Match", "If-Match")) {
        for (String value : List.of("*", "\"" + manifest + "\"", "\"" + blob + "\"")) {
          Response response = other.request().header(header, value).get(other.path(path));
          assertThat(response.statusCode()).isEqualTo(404);
        }
      }
    }
  }

  /** There is one form of each manifest, and it is sent whatever the client would rather have. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "*/*",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.oci.image.index.v1+json;q=0.5, text/html",
        "nonsense"
      })
  void theTypeIsThatOfThePushWhateverTheClientAccepts(String accept) {
    for (String path : paths.subList(0, 2)) {
      Response response = registry.request().header("Accept", accept).get(path);
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.header("Content-Type")).isEqualTo(MANIFEST);
      assertThat(response.header("Docker-Content-Digest")).isEqualTo(manifest);
    }
  }
}
