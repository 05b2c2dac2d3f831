package io.deltaport.image.keys;

import io.deltaport.sign.KeyKind;
import io.deltaport.sign.SigningKey;

/**
 * An active key, ready to sign or with the reason why it cannot. Immutable and thread-safe.
 *
 * @param kind null for an external key that could not be read
 * @param identity its fingerprint, or its name when that is unknown
 * @param key null when there is a problem
 * @param problem what an operator has to do, or null
 */
record LoadedKey(
    String name,
    KeyKind kind,
    KeyPatterns repositories,
    String identity,
    SigningKey key,
    String problem) {

  static LoadedKey usable(String name, KeyPatterns repositories, SigningKey key) {
    return new LoadedKey(name, key.kind(), repositories, key.fingerprint(), key, null);
  }

  boolean isUsable() {
    return problem == null;
  }
}
