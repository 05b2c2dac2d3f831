package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;

/** Rebuilds layers from a delta with the Go tools' own applier. */
final class TarPatch {
  private TarPatch() {}

  /** Extracts an image's flattened tree with umoci, which knows whiteouts. */
  static Path extract(Layout layout, String tag, Path work) {
    Clients.requireRoot();
    Path tree = work.resolve("tree");
    Command.client("umoci", "raw", "unpack", "--image", layout.folder() + ":" + tag, tree).ok();
    return tree;
  }

  /**
   * Applies every layer of the delta to the extracted old tree, and fails unless each result is the
   * uncompressed layer of the target.
   */
  static void assertRebuilds(Delta delta, Layout.Image target, Path oldTree, Path work)
      throws IOException, InterruptedException {
    for (Delta.Part part : delta.parts("image-layer")) {
      int index = target.layers().indexOf(part.to());
      assertThat(index).as("the delta is for a layer of the target: %s", part).isNotNegative();
      Path blob = fetch(delta.registry(), part.digest(), work);
      assertThat(Layout.sha256(blob)).isEqualTo(part.digest());
      Path rebuilt = work.resolve("layer-" + index + ".tar");
      if (part.isTarDiff()) {
        // Run inside the tree, so that the longest names fit what the system takes.
        Command.client("tar-patch", blob, ".", rebuilt).in(oldTree).ok();
        assertThat(Layout.sha256(rebuilt)).isEqualTo(target.diffIds().get(index));
      } else {
        assertThat(part.digest()).as("an original layer is as it was pushed").isEqualTo(part.to());
      }
      Files.delete(blob);
    }
  }

  /** Downloads a blob into a file. */
  static Path fetch(Registry registry, String digest, Path folder)
      throws IOException, InterruptedException {
    Path file = folder.resolve(digest.replace(':', '-'));
    URI address = URI.create(registry.server().url() + registry.path("blobs/" + digest));
    try (HttpClient client = HttpClient.newHttpClient()) {
      int status =
          client
              .send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofFile(file))
              .statusCode();
      assertThat(status).isEqualTo(200);
    }
    return file;
  }
}
