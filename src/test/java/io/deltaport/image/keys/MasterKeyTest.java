package io.deltaport.image.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What is encrypted under a master key comes back under the same key and name only. */
final class MasterKeyTest {
  private static final byte[] SECRET = "a private key".getBytes(UTF_8);

  private final SecureRandom random = new SecureRandom();
  private final MasterKey master = MasterKey.parse(MasterKey.generate(random) + "\n");
  private final byte[] sealed = master.seal(random, "name", "ed25519", SECRET);

  @Test
  void givesBackWhatItTook() {
    assertThat(master.open("name", "ed25519", sealed)).isEqualTo(SECRET);
    assertThat(sealed).hasSize(12 + SECRET.length + 16);
    assertThat(master.seal(random, "name", "ed25519", SECRET)).isNotEqualTo(sealed);
  }

  @Test
  void everyOtherKeyNameKindAndByteIsRefused() {
    MasterKey other = MasterKey.parse(MasterKey.generate(random));
    assertThat(other.id()).isNotEqualTo(master.id());
    refused(other, "name", "ed25519", sealed);
    refused(master, "nome", "ed25519", sealed);
    refused(master, "name", "openpgp", sealed);
    for (int i = 0; i < sealed.length; i++) {
      byte[] changed = sealed.clone();
      changed[i] ^= 1;
      refused(master, "name", "ed25519", changed);
      refused(master, "name", "ed25519", Arrays.copyOf(sealed, i));
    }
  }

  @Test
  void onlySixtyFourDigitsAreAMasterKey() {
    assertThat(MasterKey.parse("")).isNull();
    assertThat(MasterKey.parse("0".repeat(63))).isNull();
    assertThat(MasterKey.parse("0".repeat(65))).isNull();
    assertThat(MasterKey.parse("G".repeat(64))).isNull();
    assertThat(MasterKey.parse(" " + "0".repeat(64) + "\r\n")).isNotNull();
  }

  private static void refused(MasterKey key, String name, String kind, byte[] sealed) {
    assertThatThrownBy(() -> key.open(name, kind, sealed))
        .isInstanceOf(KeysUnavailableException.class)
        .hasMessageContaining(name);
  }
}
