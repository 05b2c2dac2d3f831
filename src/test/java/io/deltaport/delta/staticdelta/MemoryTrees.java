package io.deltaport.delta.staticdelta;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Commit;
import io.deltaport.ostree.ContentHeader;
import io.deltaport.ostree.DirMeta;
import io.deltaport.ostree.DirTree;
import io.deltaport.store.ObjectNotFoundException;
import io.deltaport.store.ObjectReader;
import io.deltaport.util.Xattr;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Trees of one folder below the root, {@code usr}, with their objects in memory. */
final class MemoryTrees implements ObjectReader {
  private final Map<Checksum, byte[]> streams = new ConcurrentHashMap<>();

  /** A tree that is being put together. */
  final class Tree {
    private final Map<String, Checksum> files = new TreeMap<>();

    Tree file(String name, byte[] content) {
      return file(name, content, 0_644, List.of());
    }

    Tree file(String name, byte[] content, int permissions, List<Xattr> xattrs) {
      files.put(name, put(ContentHeader.regular(0, 0, permissions, xattrs), content));
      return this;
    }

    Tree link(String name, String target) {
      byte[] bytes = target.getBytes(StandardCharsets.UTF_8);
      int mode = ContentHeader.TYPE_SYMLINK | 0_777;
      files.put(name, put(new ContentHeader(0, 0, mode, 0, bytes, List.of()), new byte[0]));
      return this;
    }

    DeltaCommit commit(Checksum parent) {
      List<DirTree.FileEntry> entries = new ArrayList<>();
      files.forEach(
          (name, object) ->
              entries.add(new DirTree.FileEntry(name.getBytes(StandardCharsets.UTF_8), object)));
      Checksum usr = put(new DirTree(entries, List.of()).encode());
      int mode = ContentHeader.TYPE_DIRECTORY | 0_755;
      Checksum meta = put(new DirMeta(0, 0, mode, List.of()).encode());
      byte[] name = "usr".getBytes(StandardCharsets.UTF_8);
      Checksum root =
          put(new DirTree(List.of(), List.of(new DirTree.FolderEntry(name, usr, meta))).encode());
      byte[] commit =
          new Commit(Map.of(), Optional.ofNullable(parent), "s", "", 1, root, meta).encode();
      return new DeltaCommit(Checksum.of(commit), commit);
    }
  }

  Tree tree() {
    return new Tree();
  }

  /** Returns the names of all objects so far. */
  Set<Checksum> names() {
    return Set.copyOf(streams.keySet());
  }

  byte[] stream(Checksum object) {
    return streams.get(object);
  }

  void remove(Checksum object) {
    streams.remove(object);
  }

  private Checksum put(ContentHeader header, byte[] content) {
    byte[] framed = header.encode();
    byte[] stream = new byte[framed.length + content.length];
    System.arraycopy(framed, 0, stream, 0, framed.length);
    System.arraycopy(content, 0, stream, framed.length, content.length);
    return put(stream);
  }

  private Checksum put(byte[] stream) {
    Checksum name = Checksum.of(stream);
    streams.put(name, stream);
    return name;
  }

  @Override
  public InputStream open(Checksum object) throws ObjectNotFoundException {
    byte[] stream = streams.get(object);
    if (stream == null) {
      throw new ObjectNotFoundException(object);
    }
    return new ByteArrayInputStream(stream);
  }

  @Override
  public InputStream openContent(Checksum object) throws IOException {
    InputStream in = open(object);
    ContentHeader.read(in);
    return in;
  }

  @Override
  public Map<Checksum, Long> lengths(Collection<Checksum> objects) {
    Map<Checksum, Long> lengths = new HashMap<>();
    for (Checksum object : objects) {
      byte[] stream = streams.get(object);
      if (stream != null) {
        lengths.put(object, (long) stream.length);
      }
    }
    return lengths;
  }
}
