package io.deltaport.tar;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An archive read to its end.
 *
 * @param contents data of the entry with the same index
 * @param whole literals and contents in the order in which they were given out
 * @param literalBytes how many of them were literals
 */
record Reading(List<TarEntry> entries, List<byte[]> contents, byte[] whole, long literalBytes) {

  static Reading of(byte[] archive) throws IOException {
    return of(new ByteArrayInputStream(archive), TarLimits.DEFAULT);
  }

  static Reading of(Archive archive) throws IOException {
    return of(archive.build());
  }

  static Reading of(InputStream in, TarLimits limits) throws IOException {
    List<TarEntry> entries = new ArrayList<>();
    List<byte[]> contents = new ArrayList<>();
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    long[] literals = {0};
    TarReader reader =
        new TarReader(
            in,
            limits,
            (bytes, offset, length) -> {
              whole.write(bytes, offset, length);
              literals[0] += length;
            });
    for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
      entries.add(entry);
      byte[] content = reader.content().readAllBytes();
      contents.add(content);
      whole.writeBytes(content);
    }
    return new Reading(entries, contents, whole.toByteArray(), literals[0]);
  }

  TarEntry only() {
    if (entries.size() != 1) {
      throw new AssertionError(entries.size() + " entries");
    }
    return entries.getFirst();
  }

  String content(int index) {
    return text(contents.get(index));
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
