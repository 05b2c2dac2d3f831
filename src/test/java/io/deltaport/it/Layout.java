package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.deltaport.util.Hex;
import io.deltaport.util.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/** An OCI image layout in a folder, read as the image specification says. */
record Layout(Path folder) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BUFFER_BYTES = 1 << 16;

  /** An image of the layout. */
  record Image(String manifest, String config, List<String> layers, List<String> diffIds) {
    /** Returns the digests of everything that a client transfers. */
    List<String> blobs() {
      List<String> all = new ArrayList<>(layers);
      all.add(config);
      return all;
    }
  }

  /** Returns the image with this tag; null means the layout's only one. */
  Image image(String tag) {
    for (JsonNode entry : json(folder.resolve("index.json")).get("manifests")) {
      String name = entry.path("annotations").path("org.opencontainers.image.ref.name").asText();
      if (tag == null || tag.equals(name)) {
        return imageOf(entry.get("digest").asText());
      }
    }
    throw new AssertionError("no image " + tag + " in " + folder);
  }

  Image imageOf(String manifestDigest) {
    JsonNode manifest = json(blob(manifestDigest));
    List<String> layers = new ArrayList<>();
    manifest.get("layers").forEach(layer -> layers.add(layer.get("digest").asText()));
    String config = manifest.get("config").get("digest").asText();
    List<String> diffIds = new ArrayList<>();
    json(blob(config)).path("rootfs").path("diff_ids").forEach(id -> diffIds.add(id.asText()));
    return new Image(manifestDigest, config, layers, diffIds);
  }

  Path blob(String digest) {
    return folder.resolve("blobs/sha256").resolve(digest.substring("sha256:".length()));
  }

  long size(String digest) {
    try {
      return Files.size(blob(digest));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Fails unless the image's manifest, config and layers are what their digests say. */
  Image verify(Image image) {
    assertThat(sha256(blob(image.manifest()))).isEqualTo(image.manifest());
    for (String digest : image.blobs()) {
      assertThat(sha256(blob(digest))).isEqualTo(digest);
    }
    return image;
  }

  /** Returns a file's digest. */
  static String sha256(Path file) {
    MessageDigest digest = Sha256.newDigest();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "sha256:" + Hex.encode(digest.digest());
  }

  private static JsonNode json(Path file) {
    try {
      return JSON.readTree(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
