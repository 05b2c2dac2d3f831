package io.deltaport.tar;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** An archive under construction. */
final class Archive {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Adds bytes without padding. */
  Archive raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  Archive header(Header header) {
    return raw(header.build());
  }

  /** Adds a header that states the length of {@code data}, and the padded data. */
  Archive entry(Header header, String data) {
    return header(header.size(data.length())).data(data);
  }

  Archive data(String data) {
    raw(bytes(data));
    return raw(new byte[-data.length() & 511]);
  }

  /** Adds an empty file. */
  Archive file(String name) {
    return header(Header.ustar('0', name));
  }

  /** Adds a pax header; {@code flag} is x or g. */
  Archive pax(char flag, Map<String, String> records) {
    StringBuilder text = new StringBuilder();
    records.forEach((key, value) -> text.append(record(key, value)));
    return entry(Header.ustar(flag, "pax"), text.toString());
  }

  Archive pax(String key, String value) {
    return pax('x', Map.of(key, value));
  }

  /** Adds GNU's long path (L) or link target (K). */
  Archive longName(char flag, String name) {
    return entry(Header.gnu(flag, "././@LongLink"), name + "\0");
  }

  Archive end() {
    return raw(new byte[1024]);
  }

  byte[] build() {
    return out.toByteArray();
  }

  /** Returns one pax record with the length that counts itself. */
  static String record(String key, String value) {
    int rest = key.length() + value.length() + 3;
    int length = rest + Integer.toString(rest).length();
    length = rest + Integer.toString(length).length();
    return length + " " + key + "=" + value + "\n";
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
