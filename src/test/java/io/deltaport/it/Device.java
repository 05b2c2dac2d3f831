package io.deltaport.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * A device of the composefs kind, with a repository of its own in a folder. Its client is the real
 * one.
 */
final class Device {
  private final Cfsctl cfsctl;
  private final String registryHost;

  Device(Path folder, String registryHost) throws IOException {
    this.registryHost = registryHost;
    ContainersHome.make(folder, registryHost);
    cfsctl = Cfsctl.init(folder);
  }

  /** Pulls an image, or a delta to one, by digest and gives the outcome a name. */
  void pull(String repository, String digest, String name) {
    String reference = "docker://" + registryHost + "/" + repository + "@" + digest;
    cfsctl.command("oci", "pull", reference, name).ok();
  }

  /** Takes an image, or a delta to one, from a file and gives the outcome a name. */
  void pullArchive(Path file, String name) {
    cfsctl.command("oci", "pull", "oci-archive:" + file, name).ok();
  }

  /** Returns the manifest digests of the images by name. */
  Map<String, String> images() throws IOException {
    JsonNode list = new ObjectMapper().readTree(cfsctl.command("oci", "images", "--json").ok());
    Map<String, String> images = new TreeMap<>();
    for (JsonNode image : list.get("images")) {
      images.put(image.get("name").asText(), image.get("manifest_digest").asText());
    }
    return images;
  }

  /** Applies a static delta from a file and returns what the client says of it. */
  String applyDelta(Path file) {
    return cfsctl.command("ostree", "apply-delta", file).ok();
  }

  /** Lets the client check everything that it stores. */
  void check() {
    cfsctl.command("oci", "fsck").ok();
  }
}
