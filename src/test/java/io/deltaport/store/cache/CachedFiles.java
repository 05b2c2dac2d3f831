package io.deltaport.store.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Looks at folders whose files may go at any moment. */
final class CachedFiles {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofMillis(10);

  private CachedFiles() {}

  interface Look {
    boolean now() throws IOException;
  }

  static long count(Path folder) throws IOException {
    while (true) {
      try (Stream<Path> files = Files.walk(folder)) {
        return files.filter(Files::isRegularFile).count();
      } catch (UncheckedIOException e) {
        // A file went while they were counted.
        assertThat(e).hasCauseInstanceOf(NoSuchFileException.class);
      }
    }
  }

  static void await(Look look) throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!look.now()) {
      assertThat(System.nanoTime() - end).as("what is awaited happens").isNegative();
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}
