package io.deltaport.store.driver;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes folders and remembers which of them are durable. Thread-safe.
 *
 * <p>A folder that is there already may have been made a moment ago by another process whose fsync
 * is still to come, so each one is synced once by each driver. Folders are never removed.
 */
final class DurableFolders {
  private final Path root;
  private final Durability durability;
  private final Set<Path> durable = ConcurrentHashMap.newKeySet();

  DurableFolders(Path root, Durability durability) {
    this.root = root;
    this.durability = durability;
  }

  /** Makes {@code folder}, which lies below the root, and what is missing above it. */
  void make(Path folder) throws IOException {
    if (folder.equals(root) || durable.contains(folder)) {
      return;
    }
    make(folder.getParent());
    try {
      Files.createDirectory(folder);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
    durability.forceFolder(folder.getParent());
    durable.add(folder);
  }
}
