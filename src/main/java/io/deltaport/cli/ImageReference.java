package io.deltaport.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An image as a user names it: a file or folder on this machine, or something on a server.
 *
 * @param path null for an image on a server
 * @param archive whether an image that is written there becomes one file instead of a folder
 * @param name what stands before the tag or digest, on a server the repository
 * @param reference tag or digest, null when none was given
 */
record ImageReference(Path path, boolean archive, String name, String reference) {

  private static final String ARCHIVE_PREFIX = "oci-archive:";
  private static final String[] LOCAL_PREFIXES = {ARCHIVE_PREFIX, "oci:"};
  private static final String[] ARCHIVE_SUFFIXES = {".tar", ".oci"};

  static ImageReference parse(String text) {
    if (hasLocalPrefix(text)) {
      return local(text);
    }
    boolean looksLocal =
        text.startsWith("/")
            || text.startsWith("./")
            || text.startsWith("../")
            || Files.exists(Path.of(withoutTag(text)))
            || Files.exists(Path.of(text));
    return looksLocal ? local(text) : remote(text);
  }

  boolean isLocal() {
    return path != null;
  }

  private static boolean hasLocalPrefix(String text) {
    for (String prefix : LOCAL_PREFIXES) {
      if (text.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  /** Takes the text for a file or folder, with or without a prefix and a tag. */
  static ImageReference local(String prefixed) {
    String text = prefixed;
    for (String prefix : LOCAL_PREFIXES) {
      if (text.startsWith(prefix)) {
        text = text.substring(prefix.length());
        break;
      }
    }
    if (Files.exists(Path.of(text))) {
      return new ImageReference(Path.of(text), isArchive(prefixed, text), text, null);
    }
    String name = withoutTag(text);
    String tag = name.length() == text.length() ? null : text.substring(name.length() + 1);
    return new ImageReference(Path.of(name), isArchive(prefixed, name), name, tag);
  }

  /** A prefix decides; without one the name does. */
  private static boolean isArchive(String prefixed, String name) {
    if (hasLocalPrefix(prefixed)) {
      return prefixed.startsWith(ARCHIVE_PREFIX);
    }
    for (String suffix : ARCHIVE_SUFFIXES) {
      if (name.endsWith(suffix)) {
        return true;
      }
    }
    return false;
  }

  private static ImageReference remote(String text) {
    int at = text.indexOf('@');
    if (at > 0) {
      return new ImageReference(null, false, text.substring(0, at), text.substring(at + 1));
    }
    String name = withoutTag(text);
    String tag = name.length() == text.length() ? null : text.substring(name.length() + 1);
    return new ImageReference(null, false, name, tag);
  }

  private static String withoutTag(String text) {
    int colon = text.lastIndexOf(':');
    return colon > text.lastIndexOf('/') ? text.substring(0, colon) : text;
  }
}
