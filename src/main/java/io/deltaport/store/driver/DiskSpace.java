package io.deltaport.store.driver;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Watches the space of the disk under one folder. Thread-safe.
 *
 * <p>Some of it is kept in reserve: a disk that is full to its last block stops PostgreSQL, and
 * with it the deletions that would make room.
 */
final class DiskSpace {
  private final FileStore disk;
  private final long reserveBytes;

  DiskSpace(Path folder, long reserveBytes) throws IOException {
    this.disk = Files.getFileStore(folder);
    this.reserveBytes = reserveBytes;
  }

  /**
   * Returns when the disk has room for so many more bytes, as far as anyone can tell.
   *
   * @throws DiskFullException otherwise
   */
  void check(long bytes) throws IOException {
    long usable = disk.getUsableSpace();
    if (usable - bytes < reserveBytes) {
      throw new DiskFullException(
          "the disk has %d bytes left, and %d stay in reserve".formatted(usable, reserveBytes));
    }
  }

  /** Returns the failure of a write in plain words where the cause is a full disk. */
  IOException explained(IOException failure) throws IOException {
    // Not by the message, which is in the language of the machine.
    return disk.getUsableSpace() <= disk.getBlockSize()
        ? new DiskFullException("the disk has no space left", failure)
        : failure;
  }
}
