package io.deltaport.sign;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The kinds of signatures that libostree checks.
 *
 * @see <a href="https://ostreedev.github.io/ostree/signing/">OSTree's signature engines</a>
 */
public enum KeyKind {
  /** RFC 8032, pure; keys are listed in the configuration of a remote. */
  ED25519("ostree.sign.ed25519"),
  /** RFC 4880, detached binary signatures; a remote has a keyring. */
  OPENPGP("ostree.gpgsigs");

  private final String metadataKey;

  KeyKind(String metadataKey) {
    this.metadataKey = metadataKey;
  }

  /** Returns the key under which the signatures stand in detached metadata, as {@code aay}. */
  public String metadataKey() {
    return metadataKey;
  }

  /** Returns the kind's name in lower case, as users write it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the kind that users call so. */
  public static Optional<KeyKind> of(String label) {
    return Arrays.stream(values()).filter(kind -> kind.label().equals(label)).findFirst();
  }
}
