package io.deltaport.ostree;

import io.deltaport.util.Xattr;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;

/** Random objects of every kind, in sizes on both sides of each width of framing offsets. */
final class Samples {
  private final Random random;

  Samples(long seed) {
    random = new Random(seed);
  }

  Checksum checksum() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return new Checksum(bytes);
  }

  /** Returns rising names, all of which begin with {@code prefix}. */
  List<String> names(String prefix, int count, int lengthMax) {
    TreeSet<String> names = new TreeSet<>();
    for (int i = 0; i < count; i++) {
      names.add(prefix + text(lengthMax) + i);
    }
    return List.copyOf(names);
  }

  String text(int lengthMax) {
    int length = random.nextInt(lengthMax + 1);
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append((char) ('0' + random.nextInt('z' - '0')));
    }
    return text.toString();
  }

  DirTree tree(int filesMax, int foldersMax) {
    List<DirTree.FileEntry> files = new ArrayList<>();
    for (String name : names("f", random.nextInt(filesMax + 1), 20)) {
      files.add(new DirTree.FileEntry(bytes(name), checksum()));
    }
    List<DirTree.FolderEntry> folders = new ArrayList<>();
    for (String name : names("d", random.nextInt(foldersMax + 1), 20)) {
      folders.add(new DirTree.FolderEntry(bytes(name), checksum(), checksum()));
    }
    return new DirTree(files, folders);
  }

  List<Xattr> xattrs(int countMax, int valueMax) {
    List<Xattr> xattrs = new ArrayList<>();
    for (String name : names("user.", random.nextInt(countMax + 1), 10)) {
      byte[] value = new byte[random.nextInt(valueMax + 1)];
      random.nextBytes(value);
      xattrs.add(new Xattr(bytes(name), value));
    }
    return xattrs;
  }

  DirMeta meta() {
    int mode = ContentHeader.TYPE_DIRECTORY | random.nextInt(010000);
    return new DirMeta(random.nextInt(), random.nextInt(), mode, xattrs(5, 200));
  }

  ContentHeader header() {
    int uid = random.nextInt();
    int gid = random.nextInt();
    return switch (random.nextInt(3)) {
      case 0 -> ContentHeader.regular(uid, gid, random.nextInt(010000), xattrs(6, 30_000));
      case 1 -> new ContentHeader(uid, gid, 0120777, 0, bytes("t" + text(300)), xattrs(2, 40));
      default -> new ContentHeader(uid, gid, 020600, random.nextInt(), new byte[0], List.of());
    };
  }

  Commit commit() {
    Map<String, Variant> metadata = new LinkedHashMap<>();
    for (String key : names("key", random.nextInt(8), 30)) {
      metadata.put(key, value());
    }
    Optional<Checksum> parent = random.nextBoolean() ? Optional.of(checksum()) : Optional.empty();
    return new Commit(
        metadata, parent, text(80), text(500), random.nextLong(), checksum(), checksum());
  }

  private Variant value() {
    return switch (random.nextInt(5)) {
      case 0 -> Variant.string(text(400));
      case 1 -> Variant.bytes(bytes(text(40)));
      case 2 -> Variant.uint64(random.nextLong());
      case 3 -> Variant.bool(random.nextBoolean());
      default -> Variant.strings(names("", random.nextInt(20), 30));
    };
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
