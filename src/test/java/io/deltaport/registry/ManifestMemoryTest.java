package io.deltaport.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltaport.image.RegistryException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ManifestMemoryTest {
  private static final int LIMIT = 4 << 20;

  private final ManifestMemory memory = new ManifestMemory(1 << 20, Duration.ofMillis(1));
  private final byte[] large = bytes(900_000);

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static byte[] read(ManifestMemory.Share share, byte[] content) throws IOException {
    return share.read(new ByteArrayInputStream(content), LIMIT);
  }

  @Test
  void readsWhatComes() throws IOException {
    try (ManifestMemory.Share share = memory.share()) {
      assertThat(read(share, large)).isEqualTo(large);
      assertThat(read(share, new byte[0])).isEmpty();
    }
  }

  @Test
  void stopsAtTheLimit() throws IOException {
    try (ManifestMemory.Share share = memory.share()) {
      assertThat(share.read(new ByteArrayInputStream(large), 100_001)).hasSize(100_001);
    }
  }

  @Test
  void refusesWhatWouldNotFitAndLetsSmallOnesPass() throws IOException {
    byte[] small = bytes(ManifestMemory.FREE_BYTES);
    try (ManifestMemory.Share holder = memory.share();
        ManifestMemory.Share other = memory.share()) {
      read(holder, large);
      assertThatThrownBy(() -> read(other, large))
          .isInstanceOfSatisfying(
              RegistryException.class, e -> assertThat(e.status()).isEqualTo(429));
      assertThat(read(other, small)).isEqualTo(small);
    }
  }

  @Test
  void givesBackWhatWasHeld() throws IOException {
    for (int i = 0; i < 100; i++) {
      try (ManifestMemory.Share share = memory.share()) {
        assertThat(read(share, large)).hasSize(large.length);
      }
    }
  }
}
