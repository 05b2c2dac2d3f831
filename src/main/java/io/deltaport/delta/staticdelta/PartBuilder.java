package io.deltaport.delta.staticdelta;

import io.deltaport.ostree.ContentHeader;
import io.deltaport.ostree.staticdelta.DeltaObject;
import io.deltaport.ostree.staticdelta.OperationWriter;
import io.deltaport.ostree.staticdelta.PartEncoder;
import io.deltaport.ostree.staticdelta.PartEncoder.Mode;
import io.deltaport.util.Xattr;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Collects what one part consists of. Used by one thread. */
final class PartBuilder implements Closeable {
  private final SpillBuffer payload;
  private final OperationWriter operations = new OperationWriter();
  private final List<DeltaObject> objects = new ArrayList<>();
  private final Map<Mode, Integer> modes = new HashMap<>();
  private final List<Mode> modeList = new ArrayList<>();
  private final Map<List<XattrKey>, Integer> xattrs = new HashMap<>();
  private final List<List<Xattr>> xattrList = new ArrayList<>();
  private long objectBytes;

  /** Compares by content, which arrays do not. */
  private record XattrKey(byte[] name, byte[] value) {
    @Override
    public boolean equals(Object other) {
      return other instanceof XattrKey that
          && Arrays.equals(name, that.name)
          && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(name) + Arrays.hashCode(value);
    }
  }

  PartBuilder(SpillBuffer payload) {
    this.payload = payload;
  }

  /** Adds a metadata object. */
  void metadata(NewObject object, InputStream content) throws IOException {
    long from = append(object, content);
    operations.metadata(object.length(), from);
  }

  /** Adds a file or symbolic link as it is. */
  void whole(NewObject object, InputStream content) throws IOException {
    ContentHeader header = object.header().orElseThrow();
    long from = append(object, content);
    operations.file(mode(header), xattrs(header), object.length(), from);
  }

  private long append(NewObject object, InputStream content) throws IOException {
    add(object);
    long from = payload.length();
    if (content.transferTo(payload) != object.length()) {
      throw new IOException("the object " + object.object() + " has another length");
    }
    return from;
  }

  private void add(NewObject object) {
    objects.add(object.object());
    objectBytes += object.length();
  }

  private int mode(ContentHeader header) {
    Mode mode = new Mode(header.uid(), header.gid(), header.mode());
    return modes.computeIfAbsent(
        mode,
        added -> {
          modeList.add(added);
          return modeList.size() - 1;
        });
  }

  private int xattrs(ContentHeader header) {
    List<XattrKey> key =
        header.xattrs().stream().map(xattr -> new XattrKey(xattr.name(), xattr.value())).toList();
    return xattrs.computeIfAbsent(
        key,
        added -> {
          xattrList.add(header.xattrs());
          return xattrList.size() - 1;
        });
  }

  List<DeltaObject> objects() {
    return objects;
  }

  long objectBytes() {
    return objectBytes;
  }

  SpillBuffer payload() {
    return payload;
  }

  PartEncoder encoder() {
    return new PartEncoder(modeList, xattrList, payload.length(), operations.toByteArray());
  }

  @Override
  public void close() throws IOException {
    payload.close();
  }
}
