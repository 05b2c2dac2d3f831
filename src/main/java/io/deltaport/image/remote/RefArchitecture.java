package io.deltaport.image.remote;

import java.util.Optional;
import java.util.Set;

/** The architecture in the name of a ref, such as {@code stable/amd64}. */
final class RefArchitecture {
  /** As OCI platforms name them, and as kernels and distributions do. */
  private static final Set<String> NAMES =
      Set.of(
          "386",
          "amd64",
          "arm",
          "arm64",
          "loong64",
          "mips64le",
          "ppc64le",
          "riscv64",
          "s390x",
          "i386",
          "i686",
          "x86_64",
          "armhf",
          "armhfp",
          "armv7hl",
          "armv7l",
          "aarch64",
          "loongarch64",
          "ppc64");

  private RefArchitecture() {}

  /** Returns the first part of the name that is an architecture. */
  static Optional<String> of(String ref) {
    for (String part : ref.split("/", -1)) {
      if (NAMES.contains(part)) {
        return Optional.of(part);
      }
    }
    return Optional.empty();
  }
}
