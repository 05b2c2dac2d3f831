package io.deltaport.store.pack;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectKind;
import io.deltaport.store.driver.Driver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Objects for tests of packs, and packs in which they lie in every way. */
final class PackKinds {
  private PackKinds() {}

  /** A file object with a header that no reader looks into. */
  static byte[] file(String header, byte[] content) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(ByteBuffer.allocate(8).putInt(text.length).putInt(0).array());
    out.writeBytes(text);
    out.writeBytes(content);
    return out.toByteArray();
  }

  /** Releases of one file: each has some bytes that the one before it did not have. */
  static List<byte[]> releases(int count, int bytes, long seed) {
    Random random = new Random(seed);
    byte[] content = new byte[bytes];
    random.nextBytes(content);
    List<byte[]> releases = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      for (int change = 0; change < 3; change++) {
        content[random.nextInt(bytes)] ^= (byte) (1 + random.nextInt(255));
      }
      releases.add(file("release", content));
    }
    return releases;
  }

  /** Writes the first release whole and each other one against the one before it. */
  static String chain(Driver driver, List<byte[]> releases) throws IOException {
    try (PackWriter writer = new PackWriter(driver)) {
      add(writer, releases.getFirst());
      for (int i = 1; i < releases.size(); i++) {
        addAgainst(writer, releases.get(i), releases.get(i - 1));
      }
      return writer.publish().orElseThrow().id();
    }
  }

  static void add(PackWriter writer, byte[] object) throws IOException {
    writer.add(Checksum.of(object), ObjectKind.FILE, object);
  }

  static boolean addAgainst(PackWriter writer, byte[] object, byte[] base) throws IOException {
    return writer.addAgainst(
        Checksum.of(object), ObjectKind.FILE, object, Checksum.of(base), base, object.length);
  }

  static PackWriter.Whole whole(byte[] object) {
    return new PackWriter.Whole(Checksum.of(object), ObjectKind.FILE, object);
  }
}
