package io.deltaport.layer;

import io.deltaport.layer.FlatNode.File;
import io.deltaport.layer.FlatNode.Folder;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.ContentHeader;
import io.deltaport.ostree.OstreeFormatException;
import io.deltaport.store.ObjectReader;
import io.deltaport.util.Xattr;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The OSTree repository inside an encapsulated image, of the mode {@code bare-split-xattrs}: each
 * object is a file, and the extended attributes of file objects are files of their own. Not
 * thread-safe.
 *
 * <p>Source of the layout: ostree-rs-ext's {@code tar/export.rs}.
 */
final class EncapsulatedObjects {
  static final byte[] FOLDER = "sysroot/ostree/repo/objects".getBytes(StandardCharsets.US_ASCII);

  private static final String COMMIT = ".commit";

  /** Longest file of metadata: a dirtree of some hundred thousand names. */
  private static final int METADATA_BYTES_MAX = 64 << 20;

  private final Folder objects;
  private final ObjectReader reader;
  private final Map<Checksum, List<Xattr>> xattrs = new HashMap<>();

  /**
   * Opens the repository of a flattened image.
   *
   * @param reader reads everything in {@code image}
   * @throws NotAbsorbableException if the image has none
   */
  EncapsulatedObjects(FlatTree image, ObjectReader reader) throws NotAbsorbableException {
    if (!(image.find(FOLDER).orElse(null) instanceof Folder folder)) {
      throw new NotAbsorbableException("has the label of an encapsulated commit, but no objects");
    }
    this.objects = folder;
    this.reader = reader;
  }

  /** Returns the name of the only commit. */
  Checksum commit() throws NotAbsorbableException {
    List<String> names = new ArrayList<>();
    for (Map.Entry<byte[], FlatNode> first : objects.children().entrySet()) {
      if (first.getValue() instanceof Folder folder) {
        for (byte[] name : folder.children().keySet()) {
          String text = new String(name, StandardCharsets.ISO_8859_1);
          if (text.endsWith(COMMIT)) {
            names.add(
                new String(first.getKey(), StandardCharsets.ISO_8859_1)
                    + text.substring(0, text.length() - COMMIT.length()));
          }
        }
      }
    }
    if (names.size() != 1 || !names.getFirst().matches("[0-9a-f]{64}")) {
      throw new NotAbsorbableException(
          "has " + names.size() + " encapsulated commits instead of one with a name");
    }
    return Checksum.parse(names.getFirst());
  }

  /** Returns the bytes of a metadata object, which have its name. */
  byte[] metadata(Checksum object, String kind) throws IOException {
    byte[] bytes = content(require(object, kind));
    if (!Checksum.of(bytes).equals(object)) {
      throw new NotAbsorbableException("has another " + kind + " under the name " + object);
    }
    return bytes;
  }

  /** Returns the detached metadata of a commit, or null. */
  byte[] detached(Checksum commit) throws IOException {
    File file = find(commit, "commitmeta");
    return file == null ? null : content(file);
  }

  /** Returns a file's node; its object has no, or other, extended attributes. */
  File file(Checksum object) throws NotAbsorbableException {
    return require(object, "file");
  }

  /** Returns the extended attributes of a file object; null when nothing is said of them. */
  List<Xattr> xattrs(Checksum object) throws IOException {
    File link = find(object, "file-xattrs-link");
    if (link == null) {
      return null;
    }
    List<Xattr> known = xattrs.get(link.object());
    if (known == null) {
      known = ContentHeader.decodeXattrs(content(link));
      xattrs.put(link.object(), known);
    }
    return known;
  }

  private File require(Checksum object, String kind) throws NotAbsorbableException {
    File file = find(object, kind);
    if (file == null) {
      throw new NotAbsorbableException("misses the encapsulated object " + object + "." + kind);
    }
    return file;
  }

  private File find(Checksum object, String kind) {
    String hex = object.hex();
    FlatNode folder = objects.children().get(hex.substring(0, 2).getBytes(StandardCharsets.UTF_8));
    byte[] name = (hex.substring(2) + "." + kind).getBytes(StandardCharsets.US_ASCII);
    return folder instanceof Folder in && in.children().get(name) instanceof File file
        ? file
        : null;
  }

  private byte[] content(File file) throws IOException {
    if (!file.kind().isRegular() || file.length() > METADATA_BYTES_MAX) {
      throw new OstreeFormatException("an encapsulated object is no file of a possible length");
    }
    try (InputStream in = reader.openContent(file.object())) {
      return in.readAllBytes();
    }
  }
}
