package io.deltaport.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.restassured.response.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** A repository in which a tag is followed by a restacked one, and the images of a layout. */
record RestackedTag(Registry registry, Layout layout) {
  private static final String ORIGINAL = "io.deltaport.restacked.original";
  private static final ObjectMapper JSON = new ObjectMapper();

  Optional<JsonNode> manifest(String tag) {
    Response response = registry.request().get(registry.path("manifests/" + tag));
    try {
      return response.statusCode() == 200
          ? Optional.of(JSON.readTree(response.asByteArray()))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Moves a tag, and waits until the restacked one is the same image. */
  JsonNode move(String tag, String image, String restacked) {
    Skopeo.push(layout, image, registry.server(), registry.repository() + ":" + tag);
    String digest = layout.image(image).manifest();
    return Await.value(
        restacked + " follows",
        Await.PATIENCE,
        () ->
            manifest(restacked)
                .filter(
                    manifest ->
                        digest.equals(original(manifest))
                            || layerDigests(manifest).equals(layout.image(image).layers())));
  }

  /**
   * Returns the digest of the image whose tree a restacked one has, empty for an image as pushed.
   */
  static String original(JsonNode manifest) {
    return manifest.path("annotations").path(ORIGINAL).asText();
  }

  static List<String> layerDigests(JsonNode manifest) {
    return StreamSupport.stream(manifest.path("layers").spliterator(), false)
        .map(layer -> layer.path("digest").asText())
        .toList();
  }

  /** Lists the tree of an image as podman has it. */
  List<String> tree(Path storage, String tag) {
    String name = registry.server().host() + "/" + registry.repository() + ":" + tag;
    podman(storage, "pull", "-q", "--tls-verify=false", name).ok();
    return TreeListing.of(Path.of(podman(storage, "image", "mount", name).ok().strip()));
  }

  private static Command podman(Path storage, Object... arguments) {
    return Command.client(
            "podman", "--root", storage, "--runroot", storage + "-run", "--storage-driver=vfs")
        .with(arguments);
  }
}
