package io.deltaport.store.driver;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * Lists the files below one folder in byte order of their keys. Not thread-safe.
 *
 * <p>Memory holds the names of one folder at each depth: the layout spreads names over many.
 */
final class FolderListing {
  private final String after;
  private final int limit;
  private final List<StoredFile> found = new ArrayList<>();

  private FolderListing(String after, int limit) {
    this.after = after;
    this.limit = limit;
  }

  /** Returns at most {@code limit} files below {@code folder} with keys after {@code after}. */
  static List<StoredFile> of(Path folder, String prefix, String after, int limit)
      throws IOException {
    if (limit < 1) {
      throw new IllegalArgumentException("a page has at least one file");
    }
    FolderListing listing = new FolderListing(after, limit);
    listing.walk(folder, prefix);
    return listing.found;
  }

  private void walk(Path folder, String prefix) throws IOException {
    for (String name : sortedNames(folder)) {
      if (found.size() == limit) {
        return;
      }
      String key = prefix + name;
      if (name.endsWith("/")) {
        // The whole folder lies before the page when no key in it can be greater.
        if (key.compareTo(after) > 0 || after.startsWith(key)) {
          walk(folder.resolve(name), key);
        }
      } else if (key.compareTo(after) > 0) {
        add(folder.resolve(name), key);
      }
    }
  }

  /** Folders end in a slash, so that sorting gives the order of the keys below them. */
  private static List<String> sortedNames(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        names.add(Files.isDirectory(entry) ? name + "/" : name);
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
    names.sort(null);
    return names;
  }

  private void add(Path file, String key) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      if (attributes.isRegularFile()) {
        found.add(
            new StoredFile(key, attributes.size(), attributes.lastModifiedTime().toInstant()));
      }
    } catch (NoSuchFileException e) {
      // Deleted or published since its folder was read.
    }
  }
}
