package io.deltaport.registry;

import io.deltaport.image.RegistryException;
import io.deltaport.oci.Digest;
import io.deltaport.oci.ErrorCode;
import io.deltaport.oci.RepositoryName;
import java.util.Optional;
import java.util.UUID;

/** Turns what stands in a request's path and query into checked values. */
final class Names {
  private Names() {}

  static String repository(String name) {
    if (!RepositoryName.isValid(name)) {
      throw new RegistryException(
          ErrorCode.NAME_INVALID,
          "a repository name has lower-case letters, digits and single separators . _ - /, and at"
              + " most 255 characters");
    }
    return name;
  }

  static Digest digest(String text) {
    if (text == null) {
      throw new RegistryException(
          ErrorCode.DIGEST_INVALID, "the query parameter digest is missing");
    }
    return Digest.tryParse(text)
        .orElseThrow(
            () ->
                new RegistryException(
                    ErrorCode.DIGEST_INVALID,
                    "a digest is sha256: and 64, or sha512: and 128 lower-case hexadecimal"
                        + " digits"));
  }

  /** Returns the digest algorithm that an upload is begun with. */
  static String algorithm(Optional<String> name) {
    return switch (name.orElse("sha256")) {
      case "sha256" -> "sha256";
      case "sha512" -> "sha512";
      default ->
          throw new RegistryException(
              ErrorCode.DIGEST_INVALID, "the digest algorithms are sha256 and sha512");
    };
  }

  static UUID upload(String text) {
    try {
      UUID id = UUID.fromString(text);
      if (id.toString().equals(text)) {
        return id;
      }
    } catch (IllegalArgumentException e) {
      // Falls through: a malformed identifier names no session either.
    }
    throw new RegistryException(
        ErrorCode.BLOB_UPLOAD_UNKNOWN, "there is no such upload; begin a new one");
  }

  /** Returns the error for content that is another one than If-Match names. */
  static RegistryException preconditionFailed() {
    return new RegistryException(
        ErrorCode.UNSUPPORTED, 412, "the content is another one than If-Match names");
  }

  /** Returns the page size; absent and huge values give {@code max}. */
  static int pageSize(Optional<String> n, int max) {
    if (n.isEmpty()) {
      return max;
    }
    if (!n.get().matches("[0-9]{1,18}")) {
      throw new RegistryException(
          ErrorCode.UNSUPPORTED, 400, "the query parameter n must be a whole number from 0 up");
    }
    return (int) Math.min(max, Long.parseLong(n.get()));
  }
}
