package io.deltaport.sign;

import java.time.Instant;
import java.util.Optional;

/** A private key. Immutable and thread-safe; its text form shows nothing that is secret. */
public sealed interface SigningKey permits Ed25519Key, OpenPgpKey {

  KeyKind kind();

  /**
   * Returns the name that clients show when they have checked a signature, in hexadecimal digits:
   * an ed25519 public key as a whole in lower case, an OpenPGP key's fingerprint in upper case.
   */
  String fingerprint();

  /** Returns when the key ends, after which clients refuse its signatures; most keys never do. */
  Optional<Instant> expires();

  /**
   * Signs {@code data}.
   *
   * @param when what the signature gives as its time, if it has one
   * @return ed25519: 64 bytes; OpenPGP: one binary signature packet
   */
  byte[] sign(byte[] data, Instant when);

  /** Returns the public key: ed25519: 32 bytes; OpenPGP: a binary keyring. */
  byte[] publicKey();

  /** Returns the whole key, unprotected, as {@link KeyFiles#decode} takes it. */
  byte[] encode();
}
