package io.deltaport.ostree.staticdelta;

import io.deltaport.ostree.GVariant;
import io.deltaport.ostree.GVariant.MemberType;
import io.deltaport.ostree.GVariant.Slice;
import io.deltaport.ostree.OstreeFormatException;
import io.deltaport.ostree.Xattrs;
import io.deltaport.util.Sha256;
import io.deltaport.util.Xattr;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tukaani.xz.XZInputStream;

/**
 * A part taken apart. Memory: the part decompressed, which is bounded by its header, and its
 * tables. Immutable; slices share the array.
 *
 * @param modes table of owners and modes
 * @param xattrs table of sets of extended attributes
 * @param payload what operations take bytes from
 * @param operations what {@link DeltaApplier} runs
 */
public record DeltaPart(
    List<PartEncoder.Mode> modes, List<List<Xattr>> xattrs, Slice payload, Slice operations) {
  /** What libostree since 2026.3 gives the decoder, in KiB: 100 MiB. */
  private static final int DECODER_MEMORY_KIB = 100 << 10;

  private static final List<MemberType> TYPES =
      List.of(
          new MemberType(4, GVariant.VARIABLE),
          MemberType.BYTES,
          MemberType.BYTES,
          MemberType.BYTES);

  /**
   * Reads a part as it is served.
   *
   * @throws OstreeFormatException if its checksum differs from the header's, it is longer than that
   *     allows once decompressed, or malformed
   */
  public static DeltaPart read(byte[] served, PartHeader header) throws OstreeFormatException {
    if (served.length != header.sizeBytes()
        || !Arrays.equals(Sha256.of(served), header.checksum().bytes())) {
      throw new OstreeFormatException("the delta part " + header.checksum() + " is damaged");
    }
    try {
      return decode(expand(served, header.payloadMaxBytes()));
    } catch (OstreeFormatException e) {
      throw new OstreeFormatException(
          "the delta part " + header.checksum() + ": " + e.getMessage());
    }
  }

  private static byte[] expand(byte[] served, long maxBytes) throws OstreeFormatException {
    if (served.length == 0) {
      throw new OstreeFormatException("it is empty");
    }
    InputStream in = new ByteArrayInputStream(served, 1, served.length - 1);
    try (InputStream expanded =
        switch (served[0]) {
          case PartEncoder.PLAIN -> in;
          case PartEncoder.XZ -> new XZInputStream(in, DECODER_MEMORY_KIB);
          default -> throw new OstreeFormatException("it is compressed in an unknown way");
        }) {
      byte[] bytes = expanded.readNBytes((int) maxBytes + 1);
      if (bytes.length > maxBytes) {
        throw new OstreeFormatException("it expands to more than " + maxBytes + " bytes");
      }
      return bytes;
    } catch (OstreeFormatException e) {
      throw e;
    } catch (IOException e) {
      throw new OstreeFormatException("its compression is malformed: " + e.getMessage());
    }
  }

  /**
   * Reads a part that is expanded.
   *
   * @throws OstreeFormatException if it is malformed
   */
  static DeltaPart decode(byte[] bytes) throws OstreeFormatException {
    List<Slice> members = GVariant.untuple(Slice.of(bytes), TYPES);
    return new DeltaPart(
        modes(members.get(0)), xattrs(members.get(1)), members.get(2), members.get(3));
  }

  private static List<PartEncoder.Mode> modes(Slice table) throws OstreeFormatException {
    if (table.length() % PartEncoder.MODE_BYTES != 0) {
      throw new OstreeFormatException("its table of modes is cut");
    }
    List<PartEncoder.Mode> modes = new ArrayList<>(table.length() / PartEncoder.MODE_BYTES);
    for (int at = table.from(); at < table.to(); at += PartEncoder.MODE_BYTES) {
      modes.add(
          new PartEncoder.Mode(
              number(table, at), number(table, at + 4), number(table, at + 2 * Integer.BYTES)));
    }
    return modes;
  }

  private static int number(Slice table, int at) {
    return new Slice(table.bytes(), at, at + Integer.BYTES).uint32();
  }

  private static List<List<Xattr>> xattrs(Slice table) throws OstreeFormatException {
    List<List<Xattr>> sets = new ArrayList<>();
    for (Slice element : GVariant.unarrayWithEmpty(table, 1)) {
      sets.add(Xattrs.decode(element));
    }
    return sets;
  }
}
