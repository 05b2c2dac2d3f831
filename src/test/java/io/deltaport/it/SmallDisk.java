package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A disk in memory of a given size, which a test fills and empties. Needs root. */
final class SmallDisk implements AutoCloseable {
  private static final int BLOCK_BYTES = 1 << 16;

  private final Path folder;

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  /** Makes the folder and mounts the disk on it. */
  static SmallDisk mount(Path folder, long bytes) throws IOException {
    Files.createDirectories(folder);
    Command.Result mounted =
        Command.program("mount", "-t", "tmpfs", "-o", "size=" + bytes, "tmpfs", folder).run();
    assertThat(mounted.status())
        .as("this test mounts a tmpfs, which needs root: %s", mounted.err())
        .isZero();
    return new SmallDisk(folder);
  }

  Path folder() {
    return folder;
  }

  /** Takes space until so many bytes are left. */
  void leave(long bytes) throws IOException {
    empty();
    byte[] block = new byte[BLOCK_BYTES];
    try (OutputStream out = Files.newOutputStream(ballast())) {
      for (long left = usable() - bytes; left > 0; left -= block.length) {
        out.write(block, 0, (int) Math.min(block.length, left));
      }
    } catch (IOException e) {
      // Somebody else has taken the last of it: it is full, as it shall be.
      assertThat(usable()).as("usable bytes after %s", e.getMessage()).isLessThan(BLOCK_BYTES);
    }
  }

  /** Gives back what {@link #leave} took. */
  void empty() throws IOException {
    Files.deleteIfExists(ballast());
  }

  private long usable() throws IOException {
    return Files.getFileStore(folder).getUsableSpace();
  }

  private Path ballast() {
    return folder.resolve("ballast");
  }

  @Override
  public void close() {
    Command.program("umount", "--lazy", folder).ok();
  }
}
