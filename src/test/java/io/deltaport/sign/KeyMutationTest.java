package io.deltaport.sign;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.bouncycastle.bcpg.ArmoredOutputStream;
import org.junit.jupiter.api.Test;

/** Damaged key files are keys or refused; nothing else comes out. */
final class KeyMutationTest {
  private static final int ROUNDS = 1_500;
  private static final byte[] DATA = "data".getBytes(UTF_8);

  private final OpenPgpKey openPgp =
      new OpenPgpGenerator(new SecureRandom()).ed25519("Test <t@example.com>", Instant.now());
  private final Ed25519Key ed25519 = Ed25519Key.generate(new SecureRandom());

  /** Reads a key. */
  private interface Reader {
    SigningKey read(byte[] file) throws IOException;
  }

  @Test
  void files() {
    for (byte[] file : List.of(openPgp.encode(), armoured(openPgp.encode()), line(), pem())) {
      check(file, mutated -> KeyFiles.read(mutated, "passphrase".toCharArray()));
    }
  }

  @Test
  void ownForms() {
    check(openPgp.encode(), mutated -> KeyFiles.decode(KeyKind.OPENPGP, mutated));
    check(ed25519.encode(), mutated -> KeyFiles.decode(KeyKind.ED25519, mutated));
  }

  private static void check(byte[] seed, Reader reader) {
    Random random = new Random(42);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      try {
        SigningKey key = reader.read(mutate(seed, random));
        assertThat(key.sign(DATA, Instant.EPOCH)).isNotEmpty();
        assertThat(key.publicKey()).isNotEmpty();
      } catch (KeyFormatException e) {
        assertThat(e).hasMessageMatching(".+");
        refused++;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    assertThat(refused).isGreaterThan(ROUNDS / 4);
  }

  private static byte[] mutate(byte[] seed, Random random) {
    byte[] file =
        switch (random.nextInt(6)) {
          case 0 -> Arrays.copyOf(seed, random.nextInt(seed.length));
          case 1 -> Arrays.copyOf(seed, seed.length + random.nextInt(300));
          default -> seed.clone();
        };
    for (int i = random.nextInt(4); i >= 0 && file.length > 0; i--) {
      int at = random.nextInt(file.length);
      file[at] =
          switch (random.nextInt(3)) {
            case 0 -> (byte) random.nextInt(256);
            case 1 -> (byte) (file[at] ^ 1 << random.nextInt(8));
            default -> (byte) 0xff;
          };
    }
    return file;
  }

  private byte[] line() {
    return Base64.getEncoder().encode(ed25519.encode());
  }

  private byte[] pem() {
    byte[] der =
        Arrays.copyOf(
            new byte[] {0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20},
            48);
    System.arraycopy(ed25519.encode(), 0, der, 16, 32);
    return ("-----BEGIN PRIVATE KEY-----\n"
            + Base64.getEncoder().encodeToString(der)
            + "\n-----END PRIVATE KEY-----\n")
        .getBytes(US_ASCII);
  }

  private static byte[] armoured(byte[] packets) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ArmoredOutputStream armour = ArmoredOutputStream.builder().clearHeaders().build(out)) {
      armour.write(packets);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
