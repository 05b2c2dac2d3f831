package io.deltaport.image.keys;

import io.deltaport.meta.SigningKeys.Row;
import io.deltaport.sign.KeyKind;
import java.time.Instant;
import java.util.List;

/**
 * What everyone may know of a key.
 *
 * @param kind null for an external key that cannot be read
 * @param repositories patterns
 * @param state {@code active} or {@code retired}
 * @param external whether it comes from the configuration
 * @param fingerprint null for an external key that cannot be read
 * @param publicKey ed25519: 32 bytes; OpenPGP: a binary keyring; null as before
 * @param problem why it cannot sign, or null
 */
public record KeyInfo(
    String name,
    KeyKind kind,
    List<String> repositories,
    String state,
    boolean external,
    String fingerprint,
    byte[] publicKey,
    Instant created,
    Instant retired,
    Instant expires,
    String problem) {

  static KeyInfo of(Row row, String problem) {
    return new KeyInfo(
        row.name(),
        KeyKind.of(row.kind()).orElseThrow(),
        KeyPatterns.parse(row.repositories()).texts(),
        row.state(),
        false,
        row.fingerprint(),
        row.publicKey(),
        row.created(),
        row.retired(),
        row.expires(),
        problem);
  }

  static KeyInfo external(LoadedKey key) {
    boolean usable = key.isUsable();
    return new KeyInfo(
        key.name(),
        key.kind(),
        key.repositories().texts(),
        "active",
        true,
        usable ? key.identity() : null,
        usable ? key.key().publicKey() : null,
        null,
        null,
        usable ? key.key().expires().orElse(null) : null,
        key.problem());
  }

  /** Says whether it signs, or should. */
  public boolean isActive() {
    return state.equals("active");
  }
}
