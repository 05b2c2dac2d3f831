package io.deltaport.delta.staticdelta;

import io.deltaport.delta.FileComparison;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.ContentHeader;
import io.deltaport.ostree.staticdelta.DeltaObject;
import io.deltaport.ostree.staticdelta.OperationWriter;
import io.deltaport.ostree.staticdelta.PartEncoder;
import io.deltaport.ostree.staticdelta.PartEncoder.Mode;
import io.deltaport.ostree.staticdelta.PartHeader;
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
  /**
   * Executables have words of 4 and 8 bytes, which xz models by their place. An entry of a patch
   * has 24 bytes of numbers and is otherwise as long as what it makes, so a whole patch stays
   * aligned as its target is.
   */
  private static final int ALIGNMENT_BYTES = 8;

  /** Shorter objects are texts more often than executables. */
  private static final int ALIGNED_MIN_BYTES = 4096;

  /** Operations, the checksum of a source and padding of one object, and some room. */
  private static final int EACH_OBJECT_BYTES = 160;

  private final SpillBuffer payload;
  private final int payloadFrom;
  private final OperationWriter operations = new OperationWriter();
  private final List<DeltaObject> objects = new ArrayList<>();
  private final Map<Mode, Integer> modes = new HashMap<>();
  private final List<Mode> modeList = new ArrayList<>();
  private final Map<List<XattrKey>, Integer> xattrs = new HashMap<>();
  private final List<List<Xattr>> xattrList = new ArrayList<>();
  private final Map<Checksum, Long> sources = new HashMap<>();
  private long roomBytes;
  private long objectBytes;
  private int patched;
  private long patchedBytes;

  /** The patches that make a file, in order. */
  @FunctionalInterface
  interface Pieces {
    void forEach(FileComparison.Patches each) throws IOException;
  }

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

  /**
   * Begins a part.
   *
   * @param planned what the part will bring: its tables must be known before the payload begins
   */
  PartBuilder(SpillBuffer payload, List<NewObject> planned) throws IOException {
    this.payload = payload;
    for (NewObject object : planned) {
      if (object.header().isPresent()) {
        mode(object.header().get());
        xattrs(object.header().get());
      }
    }
    long tableBytes = encoder().payloadFrom();
    payloadFrom = (int) (tableBytes % ALIGNMENT_BYTES);
    long bytes = planned.stream().mapToLong(NewObject::length).sum();
    long allowed = PartHeader.payloadMaxBytes(bytes, planned.size());
    roomBytes = allowed - bytes - tableBytes - (long) planned.size() * EACH_OBJECT_BYTES;
  }

  /**
   * Returns how many bytes the payload may still have beyond what the objects have themselves, so
   * that ostree 2026.3 takes the part.
   */
  long roomBytes() {
    return roomBytes;
  }

  /** Pads the payload, so that what follows is aligned in the part as it is in its file. */
  private void align() throws IOException {
    int beyond = (int) ((payloadFrom + payload.length()) % ALIGNMENT_BYTES);
    if (beyond > 0) {
      payload.write(new byte[ALIGNMENT_BYTES - beyond]);
    }
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

  /** Adds a file as a patch, which {@link #roomBytes} must allow. */
  void patched(NewObject object, InputStream patch, long patchLength) throws IOException {
    long source = begin(object);
    operations.setReadSource(source);
    align();
    operations.bspatch(payload.length(), patchLength);
    patch.transferTo(payload);
    operations.close();
    roomBytes -= patchLength - object.length();
  }

  /** Adds a file as ranges of its older form and of the payload. */
  void ranges(NewObject object, Pieces pieces) throws IOException {
    int before = operations.length();
    RangesWriter writer = new RangesWriter(payload, operations, begin(object));
    pieces.forEach(writer::write);
    writer.finish();
    operations.close();
    roomBytes -= operations.length() - before;
  }

  /** Opens a file and returns where the payload has the checksum of its older form. */
  private long begin(NewObject object) throws IOException {
    add(object);
    patched++;
    patchedBytes += object.length();
    ContentHeader header = object.header().orElseThrow();
    Checksum source = object.older().orElseThrow().object();
    Long known = sources.get(source);
    if (known == null) {
      known = payload.length();
      sources.put(source, known);
      payload.write(source.bytes());
    }
    operations.open(mode(header), xattrs(header), object.length());
    return known;
  }

  private long append(NewObject object, InputStream content) throws IOException {
    add(object);
    if (object.length() >= ALIGNED_MIN_BYTES) {
      align();
    }
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

  int patched() {
    return patched;
  }

  long patchedBytes() {
    return patchedBytes;
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
