package io.deltaport.it;

import java.nio.file.Path;

/**
 * The ostree that checks ed25519 signatures: Debian's own is built without that, so {@code
 * scripts/install-clients} builds one of the same source.
 */
final class Ed25519Ostree {
  private Ed25519Ostree() {}

  static Path require() {
    return Clients.require("ostree-ed25519");
  }
}
