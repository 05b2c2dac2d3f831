package io.deltaport.sign;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;

/**
 * Reads private keys from files, and knows by the first bytes what they are:
 *
 * <ul>
 *   <li>a line of base64: ed25519 as {@code ostree sign} takes it, seed and public key;
 *   <li>{@code -----BEGIN PRIVATE KEY-----}: ed25519 in PKCS#8, as OpenSSL writes it (RFC 8410);
 *   <li>{@code -----BEGIN PGP PRIVATE KEY BLOCK-----}, or binary packets: OpenPGP.
 * </ul>
 */
public final class KeyFiles {
  /** Longest file. An OpenPGP key with many user ids and certificates has some ten KiB. */
  public static final int FILE_MAX_BYTES = 64 * 1024;

  private static final String PEM = "-----BEGIN ";
  private static final String PGP = "-----BEGIN PGP ";
  private static final String PKCS8 = "PRIVATE KEY";
  private static final int OPENPGP_PACKET = 0x80;

  private KeyFiles() {}

  /**
   * Reads a key.
   *
   * @param passphrase what protects an OpenPGP key; empty for none
   * @throws KeyFormatException if the file has no key that can sign
   */
  public static SigningKey read(byte[] file, char[] passphrase) throws KeyFormatException {
    if (file.length > FILE_MAX_BYTES) {
      throw new KeyFormatException(
          "a key file has at most " + FILE_MAX_BYTES + " bytes, not " + file.length);
    }
    if (file.length > 0 && (file[0] & OPENPGP_PACKET) != 0) {
      return OpenPgpReader.read(file, passphrase);
    }
    String text = new String(file, StandardCharsets.ISO_8859_1).strip();
    if (text.startsWith(PGP)) {
      return OpenPgpReader.read(text.getBytes(StandardCharsets.ISO_8859_1), passphrase);
    }
    return text.startsWith(PEM) ? pem(text) : line(text);
  }

  /**
   * Reads what {@link SigningKey#encode} wrote.
   *
   * @throws KeyFormatException if it is something else
   */
  public static SigningKey decode(KeyKind kind, byte[] encoded) throws KeyFormatException {
    return switch (kind) {
      case ED25519 -> Ed25519Key.decode(encoded);
      case OPENPGP -> OpenPgpReader.decode(encoded);
    };
  }

  private static Ed25519Key pem(String text) throws KeyFormatException {
    try (PemReader reader = new PemReader(new StringReader(text))) {
      PemObject object = reader.readPemObject();
      if (object == null) {
        throw new KeyFormatException("the PEM file is cut short");
      }
      if (!object.getType().equals(PKCS8)) {
        throw new KeyFormatException(
            "the PEM file has to begin with BEGIN PRIVATE KEY: an unprotected private key");
      }
      AsymmetricKeyParameter key = PrivateKeyFactory.createKey(object.getContent());
      if (key instanceof Ed25519PrivateKeyParameters seed) {
        return Ed25519Key.of(seed);
      }
      throw new KeyFormatException("the key in the PEM file is not an ed25519 one");
    } catch (KeyFormatException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new KeyFormatException("the file is no proper PEM file with a private key", e);
    }
  }

  private static Ed25519Key line(String text) throws KeyFormatException {
    byte[] secret;
    try {
      secret = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new KeyFormatException(
          "the file is neither a line of base64, nor PEM, nor an OpenPGP key", e);
    }
    if (secret.length == Ed25519Key.PUBLIC_BYTES) {
      throw new KeyFormatException(
          "32 bytes are a public ed25519 key or half of a private one; OSTree's private keys have 64");
    }
    return Ed25519Key.decode(secret);
  }
}
