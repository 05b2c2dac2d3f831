package io.deltaport.registry;

import io.deltaport.image.RegistryException;
import io.deltaport.oci.ErrorCode;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Says whether clients may delete: the setting {@code deltaport.deletion}. Thread-safe. */
@ApplicationScoped
class Deletion {
  private final boolean allowed;

  Deletion(@ConfigProperty(name = "deltaport.deletion") boolean allowed) {
    this.allowed = allowed;
  }

  /**
   * Passes when deletion is on.
   *
   * @throws RegistryException with UNSUPPORTED when it is off
   */
  void check() {
    if (!allowed) {
      throw new RegistryException(
          ErrorCode.UNSUPPORTED, "this registry deletes nothing: deltaport.deletion is off");
    }
  }
}
