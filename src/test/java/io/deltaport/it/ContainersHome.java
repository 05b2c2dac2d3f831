package io.deltaport.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A home folder whose settings let container clients without an option for it use plain HTTP. */
final class ContainersHome {
  private static final String INSECURE_REGISTRY =
      """
      [[registry]]
      location = "%s"
      insecure = true
      """;

  private ContainersHome() {}

  static void make(Path folder, String registryHost) throws IOException {
    Path settings = Files.createDirectories(folder.resolve(".config/containers"));
    Files.writeString(
        settings.resolve("registries.conf"), INSECURE_REGISTRY.formatted(registryHost));
  }
}
