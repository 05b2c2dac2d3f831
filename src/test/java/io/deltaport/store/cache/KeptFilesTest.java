package io.deltaport.store.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files stay below a limit, outlive the process, and linger a little when they have to go. */
final class KeptFilesTest {
  private static final int FILE_BYTES = 100_000;
  private static final Duration AT_ONCE = Duration.ZERO;

  @TempDir Path folder;

  private static final FileNames<String> NAMES =
      new FileNames<>() {
        @Override
        public String name(String key) {
          return key + ".kept";
        }

        @Override
        public Optional<String> parse(String name) {
          return name.endsWith(".kept")
              ? Optional.of(name.substring(0, name.length() - ".kept".length()))
              : Optional.empty();
        }
      };

  private KeptFiles<String> open(long limit, Duration linger) throws IOException {
    return new KeptFiles<>(folder.resolve("files"), NAMES, limit, 0, linger);
  }

  private static void keep(KeptFiles<String> files, String key) throws IOException {
    Path made = files.newFile();
    Files.write(made, new byte[FILE_BYTES]);
    files.keep(key, made);
    assertThat(made).doesNotExist();
  }

  @Test
  void aFileIsFoundAgainAfterARestart() throws IOException {
    KeptFiles<String> files = open(10 * FILE_BYTES, AT_ONCE);
    keep(files, "aa1");
    Files.write(files.newFile(), new byte[9]);
    Files.write(folder.resolve("files/stray"), new byte[9]);
    KeptFiles<String> later = open(10 * FILE_BYTES, AT_ONCE);
    assertThat(later.find("aa1")).get().satisfies(path -> assertThat(path).hasSize(FILE_BYTES));
    assertThat(later.find("aa2")).isEmpty();
    assertThat(all()).isOne();
  }

  @Test
  void aFileThatChangedItsLengthIsNotFound() throws IOException {
    KeptFiles<String> files = open(10 * FILE_BYTES, AT_ONCE);
    keep(files, "aa1");
    Files.write(files.find("aa1").orElseThrow(), new byte[1]);
    assertThat(files.find("aa1")).isEmpty();
    assertThat(all()).isZero();
    keep(files, "aa2");
    Files.delete(files.find("aa2").orElseThrow());
    assertThat(files.find("aa2")).isEmpty();
  }

  @Test
  void filesStayBelowTheLimit() throws IOException {
    KeptFiles<String> files = open(3 * FILE_BYTES, AT_ONCE);
    for (int i = 0; i < 20; i++) {
      keep(files, "a%02d".formatted(i));
    }
    files.settle();
    CachedFiles.await(() -> all() <= 3);
    assertThat(files.weightBytes()).isBetween(1L, 3L * FILE_BYTES);
  }

  @Test
  void whatHasToGoCanStillBeOpened() throws IOException {
    KeptFiles<String> files = open(0, Duration.ofHours(1));
    assertThat(files.takes(1)).isFalse();
    keep(files, "aa1");
    files.settle();
    assertThat(files.find("aa1")).isEmpty();
    assertThat(all()).isOne();
  }

  @Test
  void whatIsAskedForOftenOutlivesWhatComesOnce() throws IOException {
    int room = 40;
    KeptFiles<String> files = open((long) room * FILE_BYTES, AT_ONCE);
    for (int i = 0; i < room - 5; i++) {
      keep(files, "a%02d".formatted(i));
    }
    keep(files, "often");
    for (int i = 0; i < 10 * room; i++) {
      // More come in between than there is room for: by age alone it would go.
      for (int j = 0; i % (room + 10) == 0 && j < 30; j++) {
        assertThat(files.find("often")).isPresent();
      }
      keep(files, "b%03d".formatted(i));
      files.settle();
    }
    assertThat(files.find("often")).isPresent();
  }

  @Test
  void anotherNameOfAFileIsTakenIn() throws IOException {
    Path file = Files.write(folder.resolve("raw"), new byte[FILE_BYTES]);
    KeptFiles<String> files = open(4 * FILE_BYTES, AT_ONCE);
    files.link("aa1", file);
    files.link("aa1", file);
    Files.delete(file);
    assertThat(files.find("aa1")).get().satisfies(path -> assertThat(path).hasSize(FILE_BYTES));
    files.remove("aa1");
    assertThat(all()).isZero();
  }

  private long all() throws IOException {
    return CachedFiles.count(folder.resolve("files"));
  }
}
