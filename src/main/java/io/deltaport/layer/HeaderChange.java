package io.deltaport.layer;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.ContentHeader;
import io.deltaport.store.ObjectIndex;
import io.deltaport.store.ObjectKind;
import io.deltaport.store.ObjectLocation;
import io.deltaport.store.ObjectReader;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.pack.MemoryObjectIndex;
import io.deltaport.store.pack.PackedObjects;
import io.deltaport.util.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes file objects with the content of others under other headers. Not thread-safe.
 *
 * <p>The content is read to name the new object, and stays where it is.
 */
final class HeaderChange {
  private static final int BUFFER_BYTES = 128 * 1024;

  /** Longest dirmeta: some of the largest extended attributes. */
  private static final int META_BYTES_MAX = ContentHeader.LENGTH_BYTES_MAX;

  /** What a committed tree may have though no layer brought it. */
  private static final Map<Checksum, byte[]> BUILT_IN =
      Map.of(
          DefaultFolder.CHECKSUM,
          DefaultFolder.META,
          Checksum.of(OstreeLayout.OSTREE_LINK_OBJECT),
          OstreeLayout.OSTREE_LINK_OBJECT);

  private final ObjectIndex index;
  private final MemoryObjectIndex locations = new MemoryObjectIndex();
  private final PackedObjects objects;
  private final ObjectSink sink;
  private final byte[] buffer = new byte[BUFFER_BYTES];

  /** Gives a header in place of another, or nothing when it may stay. */
  @FunctionalInterface
  interface Change {
    Optional<ContentHeader> apply(ContentHeader header) throws IOException;
  }

  HeaderChange(Driver driver, ObjectIndex index, ObjectSink sink) {
    this.index = index;
    this.objects = PackedObjects.verifying(driver, locations);
    this.sink = sink;
  }

  /** Looks up everything in a tree with a few queries; nothing else can be read afterwards. */
  void prepare(FlatTree tree) throws IOException {
    Set<Checksum> wanted = new HashSet<>();
    tree.walk(
        (path, node) -> {
          switch (node) {
            case FlatNode.File file -> wanted.add(file.object());
            case FlatNode.Folder folder -> wanted.add(folder.meta());
          }
        });
    locations.addFrom(index, wanted);
  }

  /** Returns a reader of what was looked up. */
  ObjectReader objects() {
    return objects;
  }

  /** Reads a small object whole. */
  byte[] read(Checksum object) throws IOException {
    try (InputStream in = open(object)) {
      byte[] bytes = in.readNBytes(META_BYTES_MAX + 1);
      if (bytes.length > META_BYTES_MAX) {
        throw new IOException("the object " + object + " is too long to be metadata");
      }
      return bytes;
    }
  }

  private InputStream open(Checksum object) throws IOException {
    byte[] builtIn = BUILT_IN.get(object);
    return builtIn == null ? objects.open(object) : new ByteArrayInputStream(builtIn);
  }

  /**
   * Puts the object with a changed header into the sink; returns its name, or that of the object
   * when {@code change} gives nothing.
   */
  Checksum change(Checksum object, Change change) throws IOException {
    try (InputStream in = open(object)) {
      ContentHeader before = ContentHeader.read(in);
      Optional<ContentHeader> after = change.apply(before);
      if (after.isEmpty()) {
        return object;
      }
      byte[] header = after.get().encode();
      MessageDigest digest = Sha256.newDigest();
      digest.update(header);
      long length = 0;
      for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
        digest.update(buffer, 0, got);
        length += got;
      }
      if (length == 0) {
        return sink.add(ObjectKind.FILE, header);
      }
      Checksum name = new Checksum(digest.digest());
      sink.addHeader(name, header, base(object), header.length + length);
      return name;
    }
  }

  /** Returns the object that has the content itself. */
  private Checksum base(Checksum object) {
    ObjectLocation location = locations.find(List.of(object)).get(object);
    return location.contentOwner(object);
  }
}
