package io.deltaport.ostree.staticdelta;

import io.deltaport.ostree.GVariant;
import io.deltaport.ostree.GVariant.MemberType;
import io.deltaport.ostree.OstreeFormatException;
import io.deltaport.ostree.Variant;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A whole delta in one file, for {@code ostree static-delta apply-offline} and {@code cfsctl ostree
 * apply-delta}: a superblock whose metadata has each part as a {@code (yay)} under the path that
 * the part has in a repository. Constant memory, whatever the parts' size. Immutable.
 */
public final class DeltaFile {
  /** Opens the parts, each exactly once and in order. */
  @FunctionalInterface
  public interface PartSource {
    /** Opens a part as it is served; the first has the number 0. */
    InputStream open(int number) throws IOException;
  }

  private static final int ALIGNMENT = 8;

  /** What ends a variant that holds a part: a zero byte, then the type. */
  private static final byte[] PART_TYPE = "\0(yay)".getBytes(StandardCharsets.US_ASCII);

  private static final List<MemberType> ENTRY = List.of(MemberType.BYTES, MemberType.VARIANT);

  private final Superblock superblock;
  private final List<byte[]> smallEntries = new ArrayList<>();
  private final List<byte[]> partKeys = new ArrayList<>();
  private final List<Long> entryEnds = new ArrayList<>();
  private final long metadataLength;
  private final byte[][] members;
  private final long tailLength;

  /**
   * Begins a file.
   *
   * @throws IllegalArgumentException if the delta has fallbacks, which need a server
   */
  public DeltaFile(Superblock superblock) {
    if (!superblock.fallbacks().isEmpty()) {
      throw new IllegalArgumentException("a delta with fallback objects cannot be applied offline");
    }
    this.superblock = superblock;
    this.members = superblock.members(new byte[0]);
    long end = addEntries();
    this.metadataLength = end + (long) entryEnds.size() * Framing.width(end, entryEnds.size());
    this.tailLength = layOut(metadataLength, new ArrayList<>());
  }

  private long addEntries() {
    long at = 0;
    for (Map.Entry<String, Variant> entry : superblock.metadata().entrySet()) {
      byte[] encoded =
          GVariant.tuple(ENTRY, GVariant.string(entry.getKey()), entry.getValue().encode());
      smallEntries.add(encoded);
      at = Framing.align(at, ALIGNMENT) + encoded.length;
      entryEnds.add(at);
    }
    for (int i = 0; i < superblock.parts().size(); i++) {
      byte[] key = GVariant.string(superblock.name().partPath(i));
      partKeys.add(key);
      long length = partEntryLength(key, superblock.parts().get(i).sizeBytes());
      at = Framing.align(at, ALIGNMENT) + length + Framing.width(length, 1);
      entryEnds.add(at);
    }
    return at;
  }

  private static long partEntryLength(byte[] key, long partLength) {
    return Framing.align(key.length, ALIGNMENT) + partLength + PART_TYPE.length;
  }

  /** Returns the length without offsets, and adds the end of every member but the last. */
  private long layOut(long metadata, List<Long> ends) {
    long at = metadata;
    ends.add(at);
    for (int i = 1; i < members.length; i++) {
      MemberType type = Superblock.TYPES.get(i);
      at = Framing.align(at, type.alignment()) + members[i].length;
      if (type.fixedLength() == GVariant.VARIABLE && i < members.length - 1) {
        ends.add(at);
      }
    }
    return at;
  }

  /** Returns the length of the file in bytes. */
  public long length() {
    List<Long> ends = new ArrayList<>();
    long length = layOut(metadataLength, ends);
    return length + (long) ends.size() * Framing.width(length, ends.size());
  }

  /**
   * Writes the file.
   *
   * @throws OstreeFormatException if a part has another length than the superblock says
   */
  public void write(PartSource parts, OutputStream out) throws IOException {
    long at = 0;
    for (byte[] entry : smallEntries) {
      at = Framing.pad(out, at, ALIGNMENT);
      out.write(entry);
      at += entry.length;
    }
    for (int i = 0; i < partKeys.size(); i++) {
      Framing.pad(out, at, ALIGNMENT);
      writePart(i, parts, out);
      at = entryEnds.get(smallEntries.size() + i);
    }
    int width = Framing.width(at, entryEnds.size());
    for (long end : entryEnds) {
      Framing.putOffset(out, width, end);
    }
    writeTail(out);
  }

  private void writePart(int number, PartSource parts, OutputStream out) throws IOException {
    byte[] key = partKeys.get(number);
    long expected = superblock.parts().get(number).sizeBytes();
    out.write(key);
    Framing.pad(out, key.length, ALIGNMENT);
    try (InputStream in = parts.open(number)) {
      if (in.transferTo(out) != expected) {
        throw new OstreeFormatException("part " + number + " of a delta has another length");
      }
    }
    out.write(PART_TYPE);
    Framing.putOffset(out, Framing.width(partEntryLength(key, expected), 1), key.length);
  }

  private void writeTail(OutputStream out) throws IOException {
    long at = metadataLength;
    for (int i = 1; i < members.length; i++) {
      at = Framing.pad(out, at, Superblock.TYPES.get(i).alignment());
      out.write(members[i]);
      at += members[i].length;
    }
    List<Long> ends = new ArrayList<>();
    layOut(metadataLength, ends);
    int width = Framing.width(tailLength, ends.size());
    for (long end : ends.reversed()) {
      Framing.putOffset(out, width, end);
    }
  }
}
