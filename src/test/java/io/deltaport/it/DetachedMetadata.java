package io.deltaport.it;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes signatures as OSTree keeps them beside a commit: the GVariant {@code a{sv}} whose values
 * are {@code aay}. Written apart from the server's own codec.
 */
final class DetachedMetadata {
  private DetachedMetadata() {}

  static byte[] of(Map<String, List<byte[]>> signatures) {
    List<byte[]> entries = new ArrayList<>();
    signatures.forEach((key, values) -> entries.add(entry(key, array(1, values))));
    return array(8, entries);
  }

  private static byte[] entry(String key, byte[] value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes((key + "\0").getBytes(StandardCharsets.US_ASCII));
    int end = out.size();
    pad(out, 8);
    out.writeBytes(value);
    out.writeBytes("\0aay".getBytes(StandardCharsets.US_ASCII));
    offsets(out, List.of(end));
    return out.toByteArray();
  }

  private static byte[] array(int alignment, List<byte[]> elements) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    List<Integer> ends = new ArrayList<>();
    for (byte[] element : elements) {
      pad(out, alignment);
      out.writeBytes(element);
      ends.add(out.size());
    }
    offsets(out, ends);
    return out.toByteArray();
  }

  private static void pad(ByteArrayOutputStream out, int alignment) {
    while (out.size() % alignment != 0) {
      out.write(0);
    }
  }

  private static void offsets(ByteArrayOutputStream out, List<Integer> ends) {
    int width = out.size() + ends.size() <= 0xff ? 1 : 2;
    for (int end : ends) {
      for (int i = 0; i < width; i++) {
        out.write(end >>> (8 * i));
      }
    }
  }
}
