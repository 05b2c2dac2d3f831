package io.deltaport.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Two releases of a real operating system, as {@code scripts/make-os-trees} builds them; built once
 * for all test runs on a machine.
 *
 * @param folder with {@code vN.tar}, {@code vN-layers/} and {@code oci/}
 */
public record Trees(Path folder) {
  /** Returns the small pair, building it if this machine has none yet. */
  public static Trees small() {
    Clients.require("mmdebstrap");
    Path script = Path.of("scripts/make-os-trees").toAbsolutePath();
    return new Trees(Path.of(Command.program(script.toString(), "small").ok().strip()));
  }

  Layout layout() {
    return new Layout(folder.resolve("oci"));
  }

  /**
   * Returns the layout under a name that {@code podman pull oci:NAME} takes: relative, and without
   * the dots that the cache's path has.
   */
  Path linkIn(Path work) {
    Path link = work.resolve("layout");
    try {
      if (!Files.exists(link)) {
        Files.createSymbolicLink(link, folder.resolve("oci"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return link;
  }
}
