package io.deltaport.store.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@link DriverContract} on a folder, and what only a folder can get wrong. */
final class FilesystemDriverTest extends DriverContract {
  @TempDir Path root;
  private final List<FilesystemDriver> open = new ArrayList<>();
  private final RecordingDurability durability = new RecordingDurability();

  @Override
  FilesystemDriver open() throws IOException {
    FilesystemDriver driver = new FilesystemDriver(root, 0, durability);
    open.add(driver);
    return driver;
  }

  @Override
  List<String> leftBehind() throws IOException {
    List<String> names = new ArrayList<>();
    for (String folder : List.of(StoreLayout.PENDING, StoreLayout.TEMP)) {
      try (Stream<Path> files = Files.walk(root.resolve(folder))) {
        files
            .filter(Files::isRegularFile)
            .map(Path::toString)
            .filter(name -> !name.endsWith(".lock"))
            .forEach(names::add);
      }
    }
    return names;
  }

  @AfterEach
  void closeAll() throws IOException {
    for (FilesystemDriver driver : open) {
      driver.close();
    }
    try (Stream<Path> temp = Files.list(root.resolve(StoreLayout.TEMP))) {
      assertThat(temp).isEmpty();
    }
  }

  @Test
  void everyNewFolderIsSyncedAfterTheFile() throws IOException {
    durability.log.clear();
    publish("packs/ab/one.pack", "x");
    Path real = root.toRealPath();
    assertThat(durability.log)
        .containsExactly(
            "file",
            real.toString(),
            real.resolve("packs").toString(),
            real.resolve("packs/ab").toString());
  }

  @Test
  void syncMakesTheNameDurableOnce() throws IOException {
    durability.log.clear();
    try (PendingFile file = driver().create("upload")) {
      file.sync();
      file.sync();
    }
    assertThat(durability.log)
        .containsExactly("file", root.toRealPath().resolve("pending").toString(), "file");
    driver().discard("upload");
  }

  @Test
  void aFailedFsyncThrowsTheFileAway() throws IOException {
    try (PendingFile file = driver().create("upload")) {
      write(file, "x");
      durability.failFiles = true;
      assertThatThrownBy(file::sync).isInstanceOf(IOException.class).hasMessage("disk");
      durability.failFiles = false;
      assertThatThrownBy(file::sync).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> write(file, "y")).isInstanceOf(IOException.class);
    }
    assertThatThrownBy(() -> driver().resume("upload", 0)).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void aFailedFsyncWhilePublishingPublishesNothing() throws IOException {
    try (PendingFile file = driver().create()) {
      durability.failFiles = true;
      assertThatThrownBy(() -> file.publish(KEY)).hasMessage("disk");
    }
    durability.failFiles = false;
    publish("blobs/sha256/ab/other", "makes the folders");
    try (PendingFile file = driver().create()) {
      durability.failFolders = true;
      assertThatThrownBy(() -> file.publish(KEY)).hasMessage("disk");
    }
    assertThatThrownBy(() -> driver().length(KEY)).isInstanceOf(NoSuchFileException.class);
    durability.failFolders = false;
    publish(KEY, "again");
    assertThat(content(KEY)).isEqualTo("again");
  }

  @Test
  void aFailedFsyncLosesNoFileThatWasThereBefore() throws IOException {
    publish(KEY, "acknowledged");
    try (PendingFile file = driver().create()) {
      write(file, "acknowledged");
      durability.failFolders = true;
      assertThatThrownBy(() -> file.publish(KEY)).hasMessage("disk");
    }
    assertThat(content(KEY)).isEqualTo("acknowledged");
  }

  @Test
  void aFileIsClaimedBeforeItIsPublished() throws IOException {
    List<String> claimed = new ArrayList<>();
    try (FilesystemDriver claiming =
        new FilesystemDriver(
            root,
            0,
            key -> {
              assertThatThrownBy(() -> driver().length(key))
                  .isInstanceOf(NoSuchFileException.class);
              claimed.add(key);
            })) {
      try (PendingFile file = claiming.create()) {
        write(file, "x");
        file.publish(KEY);
      }
    }
    assertThat(claimed).containsExactly(KEY);
    assertThat(content(KEY)).isEqualTo("x");
  }

  @Test
  void aFileWhoseClaimFailsIsNotPublishedAndCanBeLater() throws IOException {
    boolean[] failing = {true};
    try (FilesystemDriver claiming =
        new FilesystemDriver(
            root,
            0,
            key -> {
              if (failing[0]) {
                throw new IOException("no database");
              }
            })) {
      try (PendingFile file = claiming.create("upload")) {
        write(file, "x");
        assertThatThrownBy(() -> file.publish(KEY)).hasMessage("no database");
        assertThatThrownBy(() -> driver().length(KEY)).isInstanceOf(NoSuchFileException.class);
        failing[0] = false;
        file.publish(KEY);
      }
    }
    assertThat(content(KEY)).isEqualTo("x");
  }

  @Test
  void filesOfTheDeadAreRemovedAndThoseOfTheLivingStay() throws IOException {
    FilesystemDriver other = open();
    Path temp = root.resolve(StoreLayout.TEMP);
    Files.createFile(temp.resolve("dead.lock"));
    Files.createDirectory(temp.resolve("dead"));
    Files.writeString(temp.resolve("dead/1"), "half a pack");
    Files.createFile(temp.resolve("died-early.lock"));
    try (PendingFile living = driver().create();
        PendingFile named = driver().create("upload")) {
      write(living, "still written");
      assertThat(other.removeAbandoned()).isEqualTo(1);
      assertThat(other.removeAbandoned()).isZero();
      assertThat(temp.resolve("dead.lock")).doesNotExist();
      assertThat(temp.resolve("dead")).doesNotExist();
      assertThat(temp.resolve("died-early.lock")).doesNotExist();
      living.publish(KEY);
      named.publish("blobs/sha256/ab/other");
    }
    assertThat(content(KEY)).isEqualTo("still written");
  }

  @Test
  void closingTheDriverRemovesItsAnonymousFiles() throws IOException {
    FilesystemDriver other = open();
    PendingFile forgotten = other.create();
    write(forgotten, "x");
    other.close();
    assertThat(leftBehind()).isEmpty();
  }

  @Test
  void thePathIsTheFileItself() throws IOException {
    publish(KEY, "sent by the kernel");
    assertThat(driver().path(KEY))
        .hasValueSatisfying(p -> assertThat(p).hasContent("sent by the kernel"));
  }

  private static final class RecordingDurability implements Durability {
    final List<String> log = new ArrayList<>();
    boolean failFiles;
    boolean failFolders;

    @Override
    public synchronized void force(FileChannel file) throws IOException {
      log.add("file");
      failIf(failFiles);
    }

    @Override
    public synchronized void forceFolder(Path folder) throws IOException {
      log.add(folder.toString());
      failIf(failFolders);
    }

    private static void failIf(boolean failing) throws IOException {
      if (failing) {
        throw new IOException("disk");
      }
    }
  }
}
