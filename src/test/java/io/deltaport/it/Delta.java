package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.restassured.response.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An oci-delta artifact as the registry publishes it. */
record Delta(Registry registry, String digest, JsonNode manifest, long manifestBytes) {
  static final String TYPE = "application/vnd.io.github.containers.oci-delta.v1";
  static final String TAR_DIFF = "application/vnd.tar-diff";
  private static final String PREFIX = "io.github.containers.delta.";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A blob of the artifact; {@code to} is null unless it is a layer. */
  record Part(String mediaType, String digest, long size, String content, String to) {
    boolean isTarDiff() {
      return mediaType.equals(TAR_DIFF);
    }
  }

  /** Waits until the registry lists the delta from one image to another. */
  static Delta await(Registry registry, String source, String target) {
    try {
      return Await.value(
          "a delta leads to " + target, Await.PATIENCE, () -> find(registry, source, target));
    } catch (AssertionError e) {
      throw new AssertionError(registry.server().log(), e);
    }
  }

  static Optional<Delta> find(Registry registry, String source, String target) {
    String query = "?artifactType=" + TYPE;
    Response list = registry.request().get(registry.path("referrers/" + target + query));
    assertThat(list.statusCode()).as(list.asString()).isEqualTo(200);
    return list.jsonPath().getList("manifests.digest", String.class).stream()
        .map(digest -> read(registry, digest))
        .filter(delta -> source.equals(delta.annotation("source")))
        .findFirst();
  }

  private static Delta read(Registry registry, String digest) {
    Response response = registry.request().get(registry.path("manifests/" + digest));
    assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
    byte[] content = response.asByteArray();
    try {
      return new Delta(registry, digest, JSON.readTree(content), content.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns an annotation of the format, or null. */
  String annotation(String name) {
    return manifest.path("annotations").path(PREFIX + name).textValue();
  }

  List<Part> parts() {
    List<Part> parts = new ArrayList<>();
    for (JsonNode layer : manifest.get("layers")) {
      JsonNode annotations = layer.path("annotations");
      parts.add(
          new Part(
              layer.get("mediaType").asText(),
              layer.get("digest").asText(),
              layer.get("size").asLong(),
              annotations.path(PREFIX + "content").textValue(),
              annotations.path(PREFIX + "to").textValue()));
    }
    return parts;
  }

  List<Part> parts(String content) {
    return parts().stream().filter(part -> content.equals(part.content())).toList();
  }

  /** Returns how many bytes a device fetches: the manifest and all blobs. */
  long transferBytes() {
    return manifestBytes + parts().stream().mapToLong(Part::size).sum();
  }
}
