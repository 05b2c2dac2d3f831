package io.deltaport.image.scrub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltaport.store.driver.FilesystemDriver;
import io.deltaport.store.driver.PendingFile;
import io.deltaport.store.driver.TestDrivers;
import io.deltaport.util.Throttle;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading is held back, counted, and can be broken off. */
final class ThrottleTest {
  private static final String KEY = "blobs/sha256/ab/abcd";

  @TempDir Path root;

  @Test
  void readingTakesItsTime() throws IOException {
    Throttle throttle = new Throttle(1_000_000);
    long start = System.nanoTime();
    for (int i = 0; i < 10; i++) {
      throttle.pass(100_000);
    }
    // A second's worth, less what may be made up at once and the last wait that is too short.
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(700));
    assertThat(throttle.takeCount()).isEqualTo(1_000_000);
    assertThat(throttle.takeCount()).isZero();
  }

  @Test
  void streamsOfTheDriverAreCounted() throws IOException {
    try (FilesystemDriver driver = TestDrivers.withoutFsync(root)) {
      try (PendingFile file = driver.create()) {
        file.output().write(new byte[1_000]);
        file.publish(KEY);
      }
      Pass pass = Pass.of(1, driver, 0, true);
      try (InputStream in = pass.driver().read(KEY, 100, 300)) {
        assertThat(in.read()).isZero();
        assertThat(in.readAllBytes()).hasSize(299);
      }
      assertThat(pass.throttle().takeCount()).isEqualTo(300);
    }
  }

  @Test
  void anInterruptEndsIt() {
    Throttle throttle = new Throttle(1);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> throttle.pass(1_000_000)).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }
}
