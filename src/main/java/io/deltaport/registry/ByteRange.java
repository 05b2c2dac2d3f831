package io.deltaport.registry;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of a blob that a Range header asks for.
 *
 * <p>A header that is malformed, names other units or several ranges is ignored, as RFC 9110
 * allows: the answer is the whole blob.
 *
 * @param offset first byte
 * @param length number of bytes, -1 when nothing of the range exists
 * @param size of the whole blob
 */
record ByteRange(long offset, long length, long size) {
  private static final Pattern SINGLE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

  static ByteRange all(long size) {
    return new ByteRange(0, size, size);
  }

  static ByteRange parse(String header, long size) {
    Matcher matcher = SINGLE.matcher(header.trim());
    if (!matcher.matches()) {
      return all(size);
    }
    String first = matcher.group(1);
    String last = matcher.group(2);
    if (first.isEmpty()) {
      return last.isEmpty() ? all(size) : suffix(Long.parseLong(last), size);
    }
    long from = Long.parseLong(first);
    long to = last.isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(last));
    if (!last.isEmpty() && Long.parseLong(last) < from) {
      return new ByteRange(0, -1, size);
    }
    return from >= size ? new ByteRange(0, -1, size) : new ByteRange(from, to - from + 1, size);
  }

  private static ByteRange suffix(long count, long size) {
    long length = Math.min(count, size);
    return length == 0 ? new ByteRange(0, -1, size) : new ByteRange(size - length, length, size);
  }

  boolean unsatisfiable() {
    return length < 0;
  }

  boolean whole() {
    return length == size;
  }

  String contentRange() {
    return "bytes " + offset + "-" + (offset + length - 1) + "/" + size;
  }
}
