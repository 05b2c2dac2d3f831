package io.deltaport.store.driver;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One driver's own folder for anonymous files, so that other drivers know which of them are still
 * in use. Thread-safe.
 *
 * <p>A lock file beside the folder stays locked for as long as its owner lives; the operating
 * system drops the lock when the process ends, however it ends.
 */
final class TempFolder implements AutoCloseable {
  private static final String LOCK_SUFFIX = ".lock";

  // Closing any channel of a file drops this process's lock on it, so its own locks are not probed.
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final Path lockFile;
  private final FileChannel lockChannel;
  private final AtomicLong files = new AtomicLong();

  private TempFolder(Path folder, Path lockFile, FileChannel lockChannel) {
    this.folder = folder;
    this.lockFile = lockFile;
    this.lockChannel = lockChannel;
  }

  /** Makes a new folder below {@code temps} and locks it for this process. */
  static TempFolder claim(Path temps) throws IOException {
    String owner = UUID.randomUUID().toString();
    Path lockFile = temps.resolve(owner + LOCK_SUFFIX);
    HELD.add(lockFile);
    FileChannel channel =
        FileChannel.open(lockFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    // A cleaner of another process may hold or have removed the file before it was locked here.
    if (channel.tryLock() == null || !Files.exists(lockFile)) {
      channel.close();
      HELD.remove(lockFile);
      return claim(temps);
    }
    Path folder = Files.createDirectory(temps.resolve(owner));
    return new TempFolder(folder, lockFile, channel);
  }

  /** Returns a path in this folder that nobody else uses. */
  Path newFile() {
    return folder.resolve(Long.toString(files.incrementAndGet()));
  }

  /** Removes what is left in the folder, then gives up the lock. */
  @Override
  public void close() throws IOException {
    try (lockChannel) {
      removeFolder(folder);
      Files.deleteIfExists(lockFile);
    } finally {
      HELD.remove(lockFile);
    }
  }

  /** Removes the folders whose owners are gone; returns how many files were removed. */
  static int removeAbandoned(Path temps) throws IOException {
    int removed = 0;
    try (DirectoryStream<Path> locks = Files.newDirectoryStream(temps, "*" + LOCK_SUFFIX)) {
      for (Path lockFile : locks) {
        if (HELD.add(lockFile)) {
          try {
            removed += removeIfAbandoned(lockFile);
          } finally {
            HELD.remove(lockFile);
          }
        }
      }
    }
    return removed;
  }

  private static int removeIfAbandoned(Path lockFile) throws IOException {
    try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock == null) {
        return 0;
      }
      String name = lockFile.getFileName().toString();
      String owner = name.substring(0, name.length() - LOCK_SUFFIX.length());
      int removed = removeFolder(lockFile.resolveSibling(owner));
      Files.deleteIfExists(lockFile);
      return removed;
    } catch (NoSuchFileException | OverlappingFileLockException e) {
      return 0; // another cleaner was faster
    }
  }

  private static int removeFolder(Path folder) throws IOException {
    int removed = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        removed += Files.deleteIfExists(file) ? 1 : 0;
      }
    } catch (NoSuchFileException e) {
      return 0;
    }
    Files.deleteIfExists(folder);
    return removed;
  }
}
