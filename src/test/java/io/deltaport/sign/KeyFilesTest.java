package io.deltaport.sign;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltaport.util.Hex;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Key files of every form, and what is told of those that are none. */
final class KeyFilesTest {
  /** The second test of RFC 8032, section 7.1. */
  private static final String SEED =
      "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";

  private static final String PUBLIC =
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
  private static final String SIGNATURE =
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
          + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";
  private static final byte[] MESSAGE = {0x72};

  /** What stands before the seed in PKCS#8 (RFC 8410). */
  private static final String PKCS8 = "302e020100300506032b657004220420";

  private static final char[] NONE = {};

  private static SigningKey read(String text) throws KeyFormatException {
    return KeyFiles.read(text.getBytes(US_ASCII), NONE);
  }

  private static String base64(String hex) {
    return Base64.getEncoder().encodeToString(Hex.decode(hex));
  }

  private static String pem(String type, String hex) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(type, base64(hex), type);
  }

  @Test
  void ed25519InBothFormsSignsAsTheStandardSays() throws IOException {
    for (String file : List.of(base64(SEED + PUBLIC) + "\n", pem("PRIVATE KEY", PKCS8 + SEED))) {
      SigningKey key = read(file);
      assertThat(key.kind()).isEqualTo(KeyKind.ED25519);
      assertThat(key.fingerprint()).isEqualTo(PUBLIC);
      byte[] signature = key.sign(MESSAGE, Instant.EPOCH);
      assertThat(Hex.encode(signature)).isEqualTo(SIGNATURE);
      assertThat(Ed25519Key.verify(key.publicKey(), MESSAGE, signature)).isTrue();
      assertThat(Ed25519Key.verify(key.publicKey(), new byte[] {0x73}, signature)).isFalse();
      assertThat(KeyFiles.decode(KeyKind.ED25519, key.encode()).fingerprint()).isEqualTo(PUBLIC);
      assertThat(key.toString()).doesNotContain(SEED);
      assertThat(PublicKeys.ed25519File(List.of(key.publicKey(), key.publicKey())))
          .asString(US_ASCII)
          .isEqualTo((base64(PUBLIC) + "\n").repeat(2));
    }
  }

  @Test
  void openPgpKeysSurviveTheirOwnForm() throws IOException {
    OpenPgpKey key = new OpenPgpGenerator(new SecureRandom()).ed25519("Test", Instant.now());
    SigningKey again = KeyFiles.decode(KeyKind.OPENPGP, key.encode());
    assertThat(again.fingerprint()).isEqualTo(key.fingerprint()).matches("[0-9A-F]{40}");
    assertThat(again.publicKey()).isEqualTo(key.publicKey());
    assertThat(again.expires()).isEmpty();
    Instant when = Instant.now();
    assertThat(again.sign(MESSAGE, when)).isEqualTo(key.sign(MESSAGE, when));
    assertThat(KeyFiles.read(key.encode(), NONE).fingerprint()).isEqualTo(key.fingerprint());
    // A clock that was set back makes no signature older than the key, which GnuPG would refuse.
    assertThat(key.sign(MESSAGE, Instant.EPOCH))
        .isEqualTo(key.sign(MESSAGE, Instant.ofEpochSecond(1)));
  }

  @Test
  void tellsWhatIsWrong() {
    refused("", "");
    refused("hello", "neither");
    refused(base64(PUBLIC), "public ed25519 key");
    refused(base64(SEED + PUBLIC + "00"), "64 bytes, not 65");
    refused(base64(SEED + SEED), "do not belong together");
    refused(pem("PUBLIC KEY", PKCS8 + SEED), "BEGIN PRIVATE KEY");
    refused(pem("ENCRYPTED PRIVATE KEY", PKCS8 + SEED), "unprotected");
    refused(pem("PRIVATE KEY", PKCS8 + SEED.substring(2)), "proper PEM");
    // X25519, with which nobody can sign.
    refused(pem("PRIVATE KEY", PKCS8.replace("2b6570", "2b656e") + SEED), "not an ed25519 one");
    refused("-----BEGIN PRIVATE KEY-----\nMC4", "PEM");
    refused("-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nxxxx\n", "OpenPGP");
    refused("x".repeat(KeyFiles.FILE_MAX_BYTES + 1), "at most 65536 bytes");
  }

  @Test
  void aPublicOpenPgpKeyIsNoPrivateOne() {
    OpenPgpKey key = new OpenPgpGenerator(new SecureRandom()).ed25519("Test", Instant.now());
    assertThatThrownBy(() -> KeyFiles.read(key.publicKey(), NONE))
        .isInstanceOf(KeyFormatException.class)
        .hasMessageContaining("OpenPGP key");
    assertThatThrownBy(() -> KeyFiles.read(PublicKeys.armoured(List.of(key.publicKey())), NONE))
        .isInstanceOf(KeyFormatException.class)
        .hasMessageContaining("OpenPGP key");
  }

  private static void refused(String file, String reason) {
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(KeyFormatException.class)
        .hasMessageContaining(reason);
  }
}
