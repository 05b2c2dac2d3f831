package io.deltaport.store.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EarlySyncTest {
  private static final byte[] PIECE = new byte[1 << 20];

  @TempDir Path root;
  private final AtomicInteger syncs = new AtomicInteger();

  /** Fails the sync with this number, and no other: kernels report an error once. */
  private int failing = -1;

  private FilesystemDriver open() throws IOException {
    return new FilesystemDriver(
        root,
        0,
        new Durability() {
          @Override
          public void force(FileChannel file) throws IOException {
            if (syncs.getAndIncrement() == failing) {
              throw new IOException("the disk is broken");
            }
          }

          @Override
          public void forceFolder(Path folder) {}
        });
  }

  private static void write(PendingFile file, int mebibytes) throws IOException {
    OutputStream out = file.output();
    for (int i = 0; i < mebibytes; i++) {
      out.write(PIECE);
    }
  }

  @Test
  void aShortFileIsSyncedOnce() throws IOException {
    try (FilesystemDriver driver = open();
        PendingFile file = driver.create()) {
      write(file, 31);
      file.publish("blobs/short");
      assertThat(syncs).hasValue(1);
      assertThat(driver.length("blobs/short")).isEqualTo(31 << 20);
    }
  }

  @Test
  void aLongFileIsSyncedWhileItGrows() throws IOException {
    try (FilesystemDriver driver = open();
        PendingFile file = driver.create()) {
      write(file, 200);
      file.publish("blobs/long");
      assertThat(syncs.get()).isBetween(2, 7);
      assertThat(driver.length("blobs/long")).isEqualTo(200 << 20);
    }
  }

  @Test
  void aFailedEarlySyncIsNeverForgotten() throws IOException {
    failing = 0;
    try (FilesystemDriver driver = open();
        PendingFile file = driver.create("upload")) {
      write(file, 32);
      assertThatThrownBy(file::sync).hasRootCauseMessage("the disk is broken");
      assertThatThrownBy(() -> file.publish("blobs/broken")).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> driver.length("blobs/broken"))
          .isInstanceOf(NoSuchFileException.class);
      assertThatThrownBy(() -> driver.resume("upload", 1)).isInstanceOf(NoSuchFileException.class);
    }
  }
}
