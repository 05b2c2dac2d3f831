package io.deltaport.sign;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.bouncycastle.bcpg.ArmoredOutputStream;

/** Writes public keys into the files that clients take. */
public final class PublicKeys {
  private PublicKeys() {}

  /** Returns a file for {@code verification-ed25519-file}: a line of base64 for each key. */
  public static byte[] ed25519File(List<byte[]> keys) {
    StringBuilder file = new StringBuilder();
    keys.forEach(key -> file.append(Ed25519Key.line(key)).append('\n'));
    return file.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /** Returns a binary keyring for {@code --gpg-import}, or for {@code gpgkeypath}. */
  public static byte[] keyring(List<byte[]> keys) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    keys.forEach(file::writeBytes);
    return file.toByteArray();
  }

  /** Returns the same keyring in ASCII armour, which GnuPG and OSTree take as well. */
  public static byte[] armoured(List<byte[]> keys) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (ArmoredOutputStream armour = ArmoredOutputStream.builder().clearHeaders().build(file)) {
      armour.write(keyring(keys));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toByteArray();
  }
}
