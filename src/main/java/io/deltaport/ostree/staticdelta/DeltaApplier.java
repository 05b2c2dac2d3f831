package io.deltaport.ostree.staticdelta;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.ContentHeader;
import io.deltaport.ostree.GVariant.Slice;
import io.deltaport.ostree.OstreeFormatException;
import io.deltaport.util.Sha256;
import io.deltaport.util.Xattr;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;

/**
 * Makes the objects of parts, as clients do, and compares each one with its name. For tests of what
 * we write and for deltas from elsewhere; one object at a time is in memory. Not thread-safe.
 */
public final class DeltaApplier {
  /** Reads contents of the commit that the delta starts from. */
  @FunctionalInterface
  public interface Sources {
    /** Returns the content of a regular file. */
    byte[] content(Checksum object) throws IOException;
  }

  /** Takes what was made. */
  @FunctionalInterface
  public interface Made {
    /**
     * Takes an object.
     *
     * @param header of a file, null for metadata
     * @param content of the file, or the whole metadata object
     */
    void object(DeltaObject object, ContentHeader header, byte[] content) throws IOException;
  }

  /** Longest object that is made: a longer one is longer than any part that may hold it. */
  private static final long OBJECT_MAX_BYTES = PartHeader.PAYLOAD_MAX_BYTES;

  private final Sources sources;
  private final Made made;
  private DeltaPart part;
  private OperationCursor cursor;
  private byte[] source;
  private Checksum sourceName;
  private ContentHeader header;
  private ByteArrayOutputStream content;
  private int length;
  private long lengthMaxBytes;

  public DeltaApplier(Sources sources, Made made) {
    this.sources = sources;
    this.made = made;
  }

  /**
   * Makes all objects of a part.
   *
   * @throws OstreeFormatException if an operation is impossible, or an object is not what its name
   *     says; the message names the object
   */
  public void apply(DeltaPart delta, PartHeader partHeader) throws IOException {
    part = delta;
    lengthMaxBytes = partHeader.objectBytes();
    cursor = new OperationCursor(delta.operations());
    source = null;
    content = null;
    int next = 0;
    List<DeltaObject> objects = partHeader.objects();
    while (cursor.hasNext()) {
      DeltaObject object = next < objects.size() ? objects.get(next) : null;
      try {
        next += run(object) ? 1 : 0;
      } catch (OstreeFormatException e) {
        String name = object == null ? "beyond the last object" : "object " + object;
        throw new OstreeFormatException(name + ": " + e.getMessage());
      }
    }
    if (next < objects.size()) {
      throw new OstreeFormatException("object " + objects.get(next) + ": no operation makes it");
    }
  }

  /** Runs an operation; returns whether it ended an object. */
  private boolean run(DeltaObject object) throws IOException {
    byte code = cursor.code();
    switch (code) {
      case OperationCode.SET_READ_SOURCE -> setSource();
      case OperationCode.UNSET_READ_SOURCE -> source = null;
      case OperationCode.OPEN -> open(object);
      case OperationCode.WRITE -> write();
      case OperationCode.BSPATCH -> patch();
      case OperationCode.CLOSE -> {
        close(object);
        return true;
      }
      case OperationCode.OPEN_SPLICE_AND_CLOSE -> {
        splice(object);
        return true;
      }
      default -> throw new OstreeFormatException("an unknown operation");
    }
    return false;
  }

  private void setSource() throws IOException {
    Checksum name = payload(cursor.number(), Sha256.LENGTH_BYTES).checksum();
    source = sources.content(name);
    sourceName = name;
  }

  private void open(DeltaObject object) throws OstreeFormatException {
    if (object == null || object.isMetadata() || content != null) {
      throw new OstreeFormatException("a file is opened where none can be");
    }
    PartEncoder.Mode mode = mode();
    header = header(mode, xattrs(), new Slice(new byte[0], 0, 0));
    if (!header.isRegular()) {
      throw new OstreeFormatException("something is opened that is no regular file");
    }
    length = length(cursor.number(), lengthMaxBytes);
    content = new ByteArrayOutputStream();
  }

  private void write() throws OstreeFormatException {
    long count = cursor.number();
    long offset = cursor.number();
    checkOpen(count);
    if (source == null) {
      Slice bytes = payload(offset, count);
      content.write(bytes.bytes(), bytes.from(), bytes.length());
    } else if (offset > source.length || count > source.length - offset) {
      throw new OstreeFormatException("reads outside of " + sourceName);
    } else {
      content.write(source, (int) offset, (int) count);
    }
  }

  private void patch() throws OstreeFormatException {
    long offset = cursor.number();
    Slice patch = payload(offset, cursor.number());
    checkOpen(length);
    if (source == null) {
      throw new OstreeFormatException("a patch without a source");
    }
    content.writeBytes(Bspatch.apply(source, patch, length));
  }

  private void checkOpen(long more) throws OstreeFormatException {
    if (content == null) {
      throw new OstreeFormatException("bytes while no file is open");
    }
    if (more > length - content.size()) {
      throw new OstreeFormatException("more bytes than the file has");
    }
  }

  private void close(DeltaObject object) throws IOException {
    checkOpen(0);
    byte[] bytes = content.toByteArray();
    content = null;
    source = null;
    if (bytes.length != length) {
      throw new OstreeFormatException("the file ends early");
    }
    finish(object, header, bytes);
  }

  private void splice(DeltaObject object) throws IOException {
    if (object == null || content != null) {
      throw new OstreeFormatException("an object is made where none can be");
    }
    source = null;
    if (object.isMetadata()) {
      long count = cursor.number();
      finish(object, null, payload(cursor.number(), count).copy());
      return;
    }
    PartEncoder.Mode mode = mode();
    List<Xattr> xattrs = xattrs();
    long count = cursor.number();
    Slice bytes = payload(cursor.number(), count);
    ContentHeader spliced = header(mode, xattrs, bytes);
    finish(object, spliced, spliced.isRegular() ? bytes.copy() : new byte[0]);
  }

  private void finish(DeltaObject object, ContentHeader madeHeader, byte[] bytes)
      throws IOException {
    MessageDigest digest = Sha256.newDigest();
    if (madeHeader != null) {
      digest.update(madeHeader.encode());
    }
    if (!Arrays.equals(digest.digest(bytes), object.checksum().bytes())) {
      throw new OstreeFormatException("its content is not what its name says");
    }
    made.object(object, madeHeader, bytes);
  }

  private PartEncoder.Mode mode() throws OstreeFormatException {
    return part.modes().get(index(cursor.number(), part.modes().size(), "mode"));
  }

  private List<Xattr> xattrs() throws OstreeFormatException {
    int count = part.xattrs().size();
    return part.xattrs().get(index(cursor.number(), count, "set of extended attributes"));
  }

  private static ContentHeader header(
      PartEncoder.Mode mode, List<Xattr> xattrs, Slice symlinkTarget) throws OstreeFormatException {
    int type = mode.mode() & ContentHeader.TYPE_MASK;
    if (type != ContentHeader.TYPE_REGULAR && type != ContentHeader.TYPE_SYMLINK) {
      throw new OstreeFormatException("neither a regular file nor a symbolic link");
    }
    byte[] target = type == ContentHeader.TYPE_SYMLINK ? symlinkTarget.copy() : new byte[0];
    return new ContentHeader(mode.uid(), mode.gid(), mode.mode(), 0, target, xattrs);
  }

  private static int index(long index, int count, String what) throws OstreeFormatException {
    if (index >= count) {
      throw new OstreeFormatException("no " + what + " has the number " + index);
    }
    return (int) index;
  }

  private static int length(long length, long maxBytes) throws OstreeFormatException {
    if (length > Math.min(OBJECT_MAX_BYTES, maxBytes)) {
      throw new OstreeFormatException("longer than the part says that its objects are");
    }
    return (int) length;
  }

  private Slice payload(long offset, long count) throws OstreeFormatException {
    Slice payload = part.payload();
    if (offset > payload.length() || count > payload.length() - offset) {
      throw new OstreeFormatException("reads outside of the payload");
    }
    int from = payload.from() + (int) offset;
    return new Slice(payload.bytes(), from, from + (int) count);
  }
}
