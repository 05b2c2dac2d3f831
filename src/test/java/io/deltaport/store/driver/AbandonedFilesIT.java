package io.deltaport.store.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes use one folder, and one of them is killed. */
final class AbandonedFilesIT {
  @TempDir Path root;

  @Test
  void filesStayWhileTheirProcessLivesAndGoWhenItWasKilled() throws Exception {
    Process other = startOther();
    try (FilesystemDriver driver = new FilesystemDriver(root);
        BufferedReader out =
            new BufferedReader(
                new InputStreamReader(other.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(out.readLine()).isEqualTo("writing");
      assertThat(driver.removeAbandoned()).isZero();
      other.destroyForcibly().waitFor();
      assertThat(driver.removeAbandoned()).isEqualTo(2);
      try (PendingFile upload = driver.resume("upload", 7)) {
        upload.publish("blobs/sha256/ab/resumed");
      }
      assertThat(driver.length("blobs/sha256/ab/resumed")).isEqualTo(7);
    } finally {
      other.destroyForcibly();
    }
  }

  private Process startOther() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Other.class.getName(),
            root.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Writes files and waits to be killed. */
  static final class Other {
    private Other() {}

    public static void main(String[] arguments) throws Exception {
      try (FilesystemDriver driver = new FilesystemDriver(Path.of(arguments[0]));
          PendingFile first = driver.create();
          PendingFile second = driver.create();
          PendingFile upload = driver.create("upload")) {
        for (PendingFile file : new PendingFile[] {first, second, upload}) {
          OutputStream out = file.output();
          out.write("durable".getBytes(StandardCharsets.UTF_8));
          file.sync();
        }
        upload.output().write(new byte[] {'?'});
        System.out.println("writing");
        Thread.currentThread().join(); // forever
      }
    }
  }
}
