package io.deltaport.ostree.staticdelta;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.OstreeFormatException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An object that a delta brings: one byte for the type and 32 for the checksum.
 *
 * @param type one of the constants, as in libostree's {@code OstreeObjectType}
 */
public record DeltaObject(int type, Checksum checksum) {
  public static final int FILE = 1;
  public static final int DIRTREE = 2;
  public static final int DIRMETA = 3;

  static final int LENGTH_BYTES = 33;
  private static final String[] SUFFIXES = {"", "file", "dirtree", "dirmeta"};

  /** Says whether the object is a GVariant, not a file. */
  public boolean isMetadata() {
    return type != FILE;
  }

  static byte[] encode(List<DeltaObject> objects) {
    ByteBuffer bytes = ByteBuffer.allocate(objects.size() * LENGTH_BYTES);
    for (DeltaObject object : objects) {
      bytes.put((byte) object.type).put(object.checksum.bytes());
    }
    return bytes.array();
  }

  static List<DeltaObject> decode(byte[] bytes) throws OstreeFormatException {
    if (bytes.length % LENGTH_BYTES != 0) {
      throw new OstreeFormatException("a delta part's list of objects is cut");
    }
    List<DeltaObject> objects = new ArrayList<>(bytes.length / LENGTH_BYTES);
    for (int at = 0; at < bytes.length; at += LENGTH_BYTES) {
      int type = bytes[at];
      checkType(type);
      objects.add(
          new DeltaObject(
              type, new Checksum(Arrays.copyOfRange(bytes, at + 1, at + LENGTH_BYTES))));
    }
    return objects;
  }

  static void checkType(int type) throws OstreeFormatException {
    if (type < FILE || type > DIRMETA) {
      throw new OstreeFormatException("a delta has an object of the impossible type " + type);
    }
  }

  /** Returns the name that a repository gives the object. */
  @Override
  public String toString() {
    return checksum + "." + SUFFIXES[type];
  }
}
