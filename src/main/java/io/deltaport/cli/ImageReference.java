package io.deltaport.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An image as a user names it: a file or folder on this machine, or something on a server.
 *
 * @param path null for an image on a server
 * @param name what stands before the tag or digest, on a server the repository
 * @param reference tag or digest, null when none was given
 */
record ImageReference(Path path, String name, String reference) {

  private static final String[] LOCAL_PREFIXES = {"oci-archive:", "oci:"};

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
      return new ImageReference(Path.of(text), text, null);
    }
    String name = withoutTag(text);
    String tag = name.length() == text.length() ? null : text.substring(name.length() + 1);
    return new ImageReference(Path.of(name), name, tag);
  }

  private static ImageReference remote(String text) {
    int at = text.indexOf('@');
    if (at > 0) {
      return new ImageReference(null, text.substring(0, at), text.substring(at + 1));
    }
    String name = withoutTag(text);
    String tag = name.length() == text.length() ? null : text.substring(name.length() + 1);
    return new ImageReference(null, name, tag);
  }

  private static String withoutTag(String text) {
    int colon = text.lastIndexOf(':');
    return colon > text.lastIndexOf('/') ? text.substring(0, colon) : text;
  }
}
