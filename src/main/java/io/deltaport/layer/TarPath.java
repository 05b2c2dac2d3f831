package io.deltaport.layer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Names of a tar as paths below the root of the tree: bytes without encoding, segments separated by
 * single slashes, none of them {@code .} or {@code ..}, no slash at either end; empty for the root.
 */
final class TarPath {
  /** Longest segment: Linux's NAME_MAX, which bounds the memory that a folder takes. */
  private static final int SEGMENT_MAX_BYTES = 255;

  private static final int SHOWN_MAX_BYTES = 200;
  private static final byte[] WHITEOUT = ".wh.".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] OPAQUE = ".wh..wh..opq".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] META = ".wh..wh.".getBytes(StandardCharsets.US_ASCII);

  private TarPath() {}

  /**
   * Returns the path that a name in a tar stands for: absolute ones become relative to the root.
   *
   * @throws NotAbsorbableException if it leaves the tree, has a NUL or is too long
   */
  static byte[] normalise(byte[] name, LayerLimits limits) throws NotAbsorbableException {
    ByteArrayOutputStream path = new ByteArrayOutputStream(name.length);
    for (int start = 0; start < name.length; ) {
      int end = endOfSegment(name, start);
      if (isDots(name, start, end, 2)) {
        throw new NotAbsorbableException("has the name '" + show(name) + "', which goes upwards");
      }
      if (end > start && !isDots(name, start, end, 1)) {
        if (end - start > SEGMENT_MAX_BYTES) {
          throw new NotAbsorbableException(
              "has a name of " + (end - start) + " bytes: '" + show(name) + "…'");
        }
        if (path.size() > 0) {
          path.write('/');
        }
        path.write(name, start, end - start);
      }
      start = end + 1;
    }
    if (path.size() > limits.pathMaxBytes()) {
      throw new NotAbsorbableException(
          "has a path of " + path.size() + " bytes: '" + show(name) + "…'");
    }
    byte[] bytes = path.toByteArray();
    if (indexOf(bytes, (byte) 0, 0) >= 0) {
      throw new NotAbsorbableException("has a name with a NUL byte: '" + show(name) + "'");
    }
    return bytes;
  }

  /** Tells whether {@link #normalise} would return these very bytes. */
  static boolean isNormal(byte[] path) {
    for (int start = 0; start < path.length; ) {
      int end = endOfSegment(path, start);
      boolean last = end == path.length;
      boolean plain = end > start && !isDots(path, start, end, 1) && !isDots(path, start, end, 2);
      if (!plain || (!last && end == path.length - 1)) {
        return false;
      }
      start = end + 1;
    }
    return indexOf(path, (byte) 0, 0) < 0;
  }

  /** Returns the path of the folder around {@code path}, which is not the root. */
  static byte[] parent(byte[] path) {
    int slash = lastSlash(path);
    return slash < 0 ? new byte[0] : Arrays.copyOf(path, slash);
  }

  /** Returns the last segment. */
  static byte[] name(byte[] path) {
    return Arrays.copyOfRange(path, lastSlash(path) + 1, path.length);
  }

  /** Returns {@code name} inside {@code folder}. */
  static byte[] child(byte[] folder, byte[] name) {
    if (folder.length == 0) {
      return name;
    }
    byte[] path = Arrays.copyOf(folder, folder.length + 1 + name.length);
    path[folder.length] = '/';
    System.arraycopy(name, 0, path, folder.length + 1, name.length);
    return path;
  }

  static boolean isOpaqueMarker(byte[] name) {
    return Arrays.equals(name, OPAQUE);
  }

  /** Tells whether a name is one of the marks that aufs left and that nobody reads. */
  static boolean isMetaMarker(byte[] name) {
    return startsWith(name, META) && !isOpaqueMarker(name);
  }

  static boolean isWhiteout(byte[] name) {
    return startsWith(name, WHITEOUT);
  }

  /** Returns the name that a whiteout hides. */
  static byte[] hiddenName(byte[] whiteout) {
    return Arrays.copyOfRange(whiteout, WHITEOUT.length, whiteout.length);
  }

  /** Returns the path of the whiteout that hides {@code path}. */
  static byte[] whiteoutOf(byte[] path) {
    byte[] name = name(path);
    byte[] whiteout = Arrays.copyOf(WHITEOUT, WHITEOUT.length + name.length);
    System.arraycopy(name, 0, whiteout, WHITEOUT.length, name.length);
    return child(parent(path), whiteout);
  }

  /** Returns where the segment that starts at {@code start} ends. */
  static int endOfSegment(byte[] path, int start) {
    int slash = indexOf(path, (byte) '/', start);
    return slash < 0 ? path.length : slash;
  }

  /** Returns a path for people: cut when long, with no control characters. */
  static String show(byte[] path) {
    int length = Math.min(path.length, SHOWN_MAX_BYTES);
    String text = new String(path, 0, length, StandardCharsets.UTF_8);
    return text.replaceAll("\\p{Cntrl}", "\uFFFD");
  }

  private static boolean isDots(byte[] path, int start, int end, int count) {
    if (end - start != count) {
      return false;
    }
    for (int i = start; i < end; i++) {
      if (path[i] != '.') {
        return false;
      }
    }
    return true;
  }

  private static boolean startsWith(byte[] name, byte[] prefix) {
    return name.length >= prefix.length
        && Arrays.equals(name, 0, prefix.length, prefix, 0, prefix.length);
  }

  private static int lastSlash(byte[] path) {
    int at = path.length - 1;
    while (at >= 0 && path[at] != '/') {
      at--;
    }
    return at;
  }

  private static int indexOf(byte[] bytes, byte wanted, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    return -1;
  }
}
