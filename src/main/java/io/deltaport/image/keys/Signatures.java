package io.deltaport.image.keys;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;

/**
 * Signs what repositories offer to OSTree clients. Thread-safe; never call it from an event loop.
 *
 * <p>During a rotation several keys sign, and a device takes what any key that it trusts has
 * signed.
 */
@ApplicationScoped
public class Signatures {
  /** Where OSTree looks for ed25519 signatures: an array of 64 bytes each. */
  public static final String ED25519 = "ostree.sign.ed25519";

  /** Where OSTree looks for detached binary OpenPGP signatures. */
  public static final String OPENPGP = "ostree.gpgsigs";

  /**
   * Signs {@code data} with every active key for the repository.
   *
   * @return signatures by the key of the metadata dictionary (a{sv}) to which they belong, there as
   *     {@code aay}; empty when no key is for the repository
   * @throws KeysUnavailableException if one of the keys cannot be used
   */
  public Map<String, List<byte[]>> sign(long repositoryId, byte[] data) {
    return Map.of();
  }

  /**
   * Names the set of keys that sign for the repository: another text when a key was added, retired
   * or removed, the same on every server; empty when no key is for the repository. What {@link
   * #sign} gave may be kept as long as this stays.
   */
  public String generation(long repositoryId) {
    return "";
  }
}
