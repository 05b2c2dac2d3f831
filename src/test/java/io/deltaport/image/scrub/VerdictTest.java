package io.deltaport.image.scrub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltaport.image.scrub.Verdict.WrongDigestException;
import io.deltaport.store.driver.FilesystemDriver;
import io.deltaport.store.driver.PendingFile;
import io.deltaport.store.driver.TestDrivers;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a file is told apart from what is wrong with the disk or the server. */
final class VerdictTest {
  private static final String KEY = "blobs/sha256/ab/abcd";

  @TempDir Path root;
  private FilesystemDriver driver;

  @BeforeEach
  void publish() throws IOException {
    driver = TestDrivers.withoutFsync(root);
    try (PendingFile file = driver.create()) {
      file.output().write("12345".getBytes(UTF_8));
      file.publish(KEY);
    }
  }

  @AfterEach
  void close() throws IOException {
    driver.close();
  }

  @Test
  void aFileThatPassesIsWhole() throws IOException {
    Verdict verdict = Verdict.of(driver, KEY, 5, () -> {});
    assertThat(verdict.whole()).isTrue();
    assertThat(verdict.seen()).isEqualTo(driver.find(KEY).orElseThrow());
  }

  @Test
  void lengthsAreComparedBeforeAnythingIsRead() throws IOException {
    Verdict.Check never = () -> assertThat(true).isFalse();
    assertThat(Verdict.of(driver, KEY, 6, never).damage()).isEqualTo(Verdict.CUT);
    assertThat(Verdict.of(driver, KEY, 4, never).damage()).isEqualTo(Verdict.CHANGED);
    Verdict missing = Verdict.of(driver, KEY + "e", 4, never);
    assertThat(missing.damage()).isEqualTo(Verdict.MISSING);
    assertThat(missing.seen()).isNull();
  }

  @Test
  void failuresAreTold() throws IOException {
    assertThat(damage(new WrongDigestException("its digest is another")))
        .isEqualTo(Verdict.CHANGED);
    assertThat(damage(new EOFException())).isEqualTo(Verdict.CUT);
    assertThat(damage(new NoSuchFileException(KEY))).isEqualTo(Verdict.MISSING);
    assertThat(damage(new IOException("Input/output error"))).isEqualTo(Verdict.UNREADABLE);
  }

  @Test
  void anInterruptionIsNoDamage() {
    assertThatThrownBy(() -> damage(new InterruptedIOException()))
        .isInstanceOf(InterruptedIOException.class);
  }

  private String damage(IOException failure) throws IOException {
    return Verdict.of(
            driver,
            KEY,
            5,
            () -> {
              throw failure;
            })
        .damage();
  }
}
