package io.deltaport.sign;

import io.deltaport.util.Hex;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/**
 * An ed25519 key as OSTree has it: the private form is the seed followed by the public key, 64
 * bytes; both forms stand in files as a line of base64. Signing is deterministic.
 */
public final class Ed25519Key implements SigningKey {
  /** Length of a signature. */
  public static final int SIGNATURE_BYTES = Ed25519PrivateKeyParameters.SIGNATURE_SIZE;

  /** Length of a public key. */
  public static final int PUBLIC_BYTES = Ed25519PublicKeyParameters.KEY_SIZE;

  /** Length of the private form. */
  public static final int SECRET_BYTES = Ed25519PrivateKeyParameters.KEY_SIZE + PUBLIC_BYTES;

  private final Ed25519PrivateKeyParameters seed;
  private final byte[] publicKey;

  private Ed25519Key(Ed25519PrivateKeyParameters seed) {
    this.seed = seed;
    this.publicKey = seed.generatePublicKey().getEncoded();
  }

  /** Makes a new key. */
  public static Ed25519Key generate(SecureRandom random) {
    return new Ed25519Key(new Ed25519PrivateKeyParameters(random));
  }

  static Ed25519Key of(Ed25519PrivateKeyParameters seed) {
    return new Ed25519Key(seed);
  }

  /**
   * Reads the private form.
   *
   * @param secret seed and public key
   * @throws KeyFormatException if it has another length, or the two do not belong together
   */
  static Ed25519Key decode(byte[] secret) throws KeyFormatException {
    if (secret.length != SECRET_BYTES) {
      throw new KeyFormatException(
          "a private ed25519 key has " + SECRET_BYTES + " bytes, not " + secret.length);
    }
    Ed25519Key key = new Ed25519Key(new Ed25519PrivateKeyParameters(secret, 0));
    int seedBytes = Ed25519PrivateKeyParameters.KEY_SIZE;
    if (!Arrays.equals(
        key.publicKey, 0, PUBLIC_BYTES, secret, seedBytes, seedBytes + PUBLIC_BYTES)) {
      throw new KeyFormatException("the two halves of the ed25519 key do not belong together");
    }
    return key;
  }

  /** Says whether {@code signature} is one of {@code data} by the owner of {@code publicKey}. */
  public static boolean verify(byte[] publicKey, byte[] data, byte[] signature) {
    if (publicKey.length != PUBLIC_BYTES || signature.length != SIGNATURE_BYTES) {
      return false;
    }
    Ed25519Signer verifier = new Ed25519Signer();
    try {
      verifier.init(false, new Ed25519PublicKeyParameters(publicKey, 0));
    } catch (IllegalArgumentException e) {
      return false; // No point of the curve.
    }
    verifier.update(data, 0, data.length);
    return verifier.verifySignature(signature);
  }

  /** Returns the line that {@code verification-ed25519-key} and key files of OSTree take. */
  public static String line(byte[] publicKey) {
    return Base64.getEncoder().encodeToString(publicKey);
  }

  @Override
  public KeyKind kind() {
    return KeyKind.ED25519;
  }

  @Override
  public String fingerprint() {
    return Hex.encode(publicKey);
  }

  @Override
  public Optional<Instant> expires() {
    return Optional.empty();
  }

  @Override
  public byte[] sign(byte[] data, Instant when) {
    Ed25519Signer signer = new Ed25519Signer();
    signer.init(true, seed);
    signer.update(data, 0, data.length);
    return signer.generateSignature();
  }

  @Override
  public byte[] publicKey() {
    return publicKey.clone();
  }

  @Override
  public byte[] encode() {
    byte[] secret = Arrays.copyOf(seed.getEncoded(), SECRET_BYTES);
    System.arraycopy(publicKey, 0, secret, secret.length - PUBLIC_BYTES, PUBLIC_BYTES);
    return secret;
  }

  @Override
  public String toString() {
    return "ed25519 key " + fingerprint();
  }
}
