package io.deltaport.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * A device of the composefs kind, with a repository of its own in a folder. Its client is the real
 * one; fs-verity, which few filesystems of test machines have, is off.
 */
final class Device {
  private static final String INSECURE_REGISTRY =
      """
      [[registry]]
      location = "%s"
      insecure = true
      """;

  private final Path folder;
  private final String registryHost;

  Device(Path folder, String registryHost) throws IOException {
    this.folder = folder;
    this.registryHost = registryHost;
    Path settings = Files.createDirectories(folder.resolve(".config/containers"));
    Files.writeString(
        settings.resolve("registries.conf"), INSECURE_REGISTRY.formatted(registryHost));
    cfsctl("init", "--insecure", "--algorithm", "fsverity-sha256-12").ok();
  }

  /** Pulls an image, or a delta to one, by digest and gives the outcome a name. */
  void pull(String repository, String digest, String name) {
    String reference = "docker://" + registryHost + "/" + repository + "@" + digest;
    cfsctl("oci", "pull", reference, name).ok();
  }

  /** Returns the manifest digests of the images by name. */
  Map<String, String> images() throws IOException {
    JsonNode list = new ObjectMapper().readTree(cfsctl("oci", "images", "--json").ok());
    Map<String, String> images = new TreeMap<>();
    for (JsonNode image : list.get("images")) {
      images.put(image.get("name").asText(), image.get("manifest_digest").asText());
    }
    return images;
  }

  /** Applies a static delta from a file and returns what the client says of it. */
  String applyDelta(Path file) {
    return cfsctl("ostree", "apply-delta", file).ok();
  }

  /** Lets the client check everything that it stores. */
  void check() {
    cfsctl("oci", "fsck").ok();
  }

  private Command cfsctl(Object... arguments) {
    Object[] all = new Object[arguments.length + 2];
    all[0] = "--repo";
    all[1] = folder.resolve("composefs");
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    // The proxy that cfsctl pulls through reads its settings from the home folder.
    return Command.client("cfsctl", all).env("HOME", folder);
  }
}
