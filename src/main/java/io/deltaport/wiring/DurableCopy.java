package io.deltaport.wiring;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Predicate;

/**
 * Copies folders file by file so that a power cut takes nothing of what was copied before it. Not
 * thread-safe. A file that goes while its folder is copied is left out.
 */
final class DurableCopy {
  private static final String PART = ".backup-part";

  private long files;
  private long bytes;
  private long kept;

  /** Returns how many files were copied. */
  long files() {
    return files;
  }

  /** Returns the bytes that were copied. */
  long bytes() {
    return bytes;
  }

  /** Returns how many files were there already. */
  long kept() {
    return kept;
  }

  /**
   * Copies everything below a folder.
   *
   * @param wanted says of each name which folders and files below {@code from} are taken
   * @param immutable whether a file of the same name and length is the same file
   */
  void tree(Path from, Path to, Predicate<Path> wanted, boolean immutable) throws IOException {
    if (!Files.isDirectory(to)) {
      Files.createDirectories(to.getParent());
      Files.createDirectory(
          to, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      sync(to.getParent());
    }
    boolean added = false;
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(from)) {
      for (Path entry : entries) {
        Path target = to.resolve(entry.getFileName());
        if (!wanted.test(entry)) {
          continue;
        }
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          tree(entry, target, wanted, immutable);
        } else {
          added |= file(entry, target, immutable);
        }
      }
    } catch (NoSuchFileException e) {
      // The folder itself went: it was empty.
    }
    if (added) {
      sync(to);
    }
  }

  /** Copies one file; returns false when it was there already, or is gone. */
  boolean file(Path from, Path to, boolean immutable) throws IOException {
    try {
      long length = Files.size(from);
      if (immutable && Files.exists(to) && Files.size(to) == length) {
        kept++;
        return false;
      }
      Path part = to.resolveSibling(to.getFileName() + PART);
      Files.copy(
          from, part, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
      try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
        channel.force(true);
        bytes += channel.size();
      }
      Files.move(part, to, StandardCopyOption.ATOMIC_MOVE);
      files++;
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Removes files below {@code to} that {@code from} does not have any more. */
  static void prune(Path from, Path to) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(to)) {
      for (Path entry : entries) {
        Path source = from.resolve(entry.getFileName());
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          prune(source, entry);
        } else if (!Files.exists(source)) {
          Files.delete(entry);
        }
      }
    }
  }

  /** Makes the names in a folder durable. */
  static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
