package io.deltaport.api;

import io.deltaport.image.RegistryException;
import io.deltaport.oci.ErrorCode;
import io.deltaport.oci.RepositoryName;
import java.util.Optional;

/** Checks what stands in the query. */
final class Parameters {
  /** Items of one page unless the client asks for fewer. */
  static final int PAGE_MAX = 1_000;

  private Parameters() {}

  static int pageSize(Optional<String> n) {
    if (n.isEmpty()) {
      return PAGE_MAX;
    }
    if (!n.get().matches("[1-9][0-9]{0,8}")) {
      throw bad("n must be a whole number from 1 up");
    }
    return Math.min(PAGE_MAX, Integer.parseInt(n.get()));
  }

  static String repository(Optional<String> name) {
    if (name.isPresent() && !name.get().isEmpty() && !RepositoryName.isValid(name.get())) {
      throw new RegistryException(
          ErrorCode.NAME_INVALID, "the parameter repository is no repository name");
    }
    return name.orElse("");
  }

  static RegistryException bad(String message) {
    return new RegistryException(ErrorCode.UNSUPPORTED, 400, message);
  }
}
