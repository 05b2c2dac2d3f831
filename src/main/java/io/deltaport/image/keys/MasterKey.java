package io.deltaport.image.keys;

import io.deltaport.util.Hex;
import io.deltaport.util.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.regex.Pattern;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key under which private keys lie in the database: AES-256-GCM with a random nonce. The form
 * is nonce (12 bytes), ciphertext, tag (16 bytes). Immutable and thread-safe.
 */
final class MasterKey {
  /** Length of the key. */
  static final int KEY_BYTES = 32;

  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;

  /** 64 bits tell master keys apart, and tell nothing that helps to guess one. */
  private static final int ID_BYTES = 8;

  private static final Pattern TEXT = Pattern.compile("[0-9a-f]{" + 2 * KEY_BYTES + "}");
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final byte[] ID_PREFIX =
      "deltaport master key".getBytes(StandardCharsets.US_ASCII);

  private final SecretKeySpec key;
  private final String id;

  private MasterKey(byte[] key) {
    this.key = new SecretKeySpec(key, "AES");
    MessageDigest digest = Sha256.newDigest();
    digest.update(ID_PREFIX);
    this.id = Hex.encode(Arrays.copyOf(digest.digest(key), ID_BYTES));
  }

  /** Makes a new key and returns its text form: 64 lowercase hexadecimal digits. */
  static String generate(SecureRandom random) {
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    return Hex.encode(key);
  }

  /** Reads the text form, with white space around it; null when it is none. */
  static MasterKey parse(String text) {
    String digits = text.strip();
    return TEXT.matcher(digits).matches() ? new MasterKey(Hex.decode(digits)) : null;
  }

  /** Returns a name that tells this key from others, and nothing else of it. */
  String id() {
    return id;
  }

  /** Encrypts a private key; only under the same name and kind it can be read again. */
  byte[] seal(SecureRandom random, String name, String kind, byte[] secret) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, nonce, name, kind);
      byte[] sealed = Arrays.copyOf(nonce, NONCE_BYTES + secret.length + TAG_BYTES);
      cipher.doFinal(secret, 0, secret.length, sealed, NONCE_BYTES);
      return sealed;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java cannot encrypt with " + CIPHER, e);
    }
  }

  /**
   * Decrypts a private key.
   *
   * @throws KeysUnavailableException if it was encrypted with another key or changed since
   */
  byte[] open(String name, String kind, byte[] sealed) {
    if (sealed.length < NONCE_BYTES + TAG_BYTES) {
      throw damaged(name, null);
    }
    try {
      byte[] nonce = Arrays.copyOf(sealed, NONCE_BYTES);
      return cipher(Cipher.DECRYPT_MODE, nonce, name, kind)
          .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
    } catch (AEADBadTagException e) {
      throw damaged(name, e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java cannot decrypt with " + CIPHER, e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce, String name, String kind)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(CIPHER);
    cipher.init(mode, key, new GCMParameterSpec(Byte.SIZE * TAG_BYTES, nonce));
    cipher.updateAAD((name + "\0" + kind).getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  private static KeysUnavailableException damaged(String name, Exception cause) {
    return new KeysUnavailableException(
        "the private part of the key " + name + " was changed in the database", cause);
  }
}
