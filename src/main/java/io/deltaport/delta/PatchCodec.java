package io.deltaport.delta;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Patches as bytes, for {@link PatchCache} alone: not a format that anybody else reads.
 *
 * <p>A byte with the version, 4 with the length of the rest, and the rest in a zstd frame with a
 * checksum: 8 bytes with the base, 4 with the number of integers in the script, these with 4 each,
 * and the data. All numbers are in big-endian order. A literal may come without its data.
 */
final class PatchCodec {
  private static final byte VERSION = 1;
  private static final int LEVEL = 1;
  private static final int HEADER_BYTES = 1 + Integer.BYTES;
  private static final int PLAIN_HEADER_BYTES = Long.BYTES + Integer.BYTES;

  private PatchCodec() {}

  static byte[] encode(Patch patch, boolean withData) {
    int[] edits = patch.script().toInts();
    byte[] data = withData ? patch.data() : new byte[0];
    int scriptBytes = edits.length * Integer.BYTES;
    ByteBuffer plain = ByteBuffer.allocate(PLAIN_HEADER_BYTES + scriptBytes + data.length);
    plain.putLong(patch.sourceBase()).putInt(edits.length).asIntBuffer().put(edits);
    plain.position(PLAIN_HEADER_BYTES + scriptBytes).put(data);
    byte[] frame = compressed(plain.array());
    return ByteBuffer.allocate(HEADER_BYTES + frame.length)
        .put(VERSION)
        .putInt(plain.capacity())
        .put(frame)
        .array();
  }

  private static byte[] compressed(byte[] plain) {
    try (ZstdCompressCtx zstd = new ZstdCompressCtx()) {
      return zstd.setLevel(LEVEL).setChecksum(true).compress(plain);
    }
  }

  /**
   * Returns the patch; empty if it is damaged, or not one that makes {@code targetBytes} from so
   * long a source.
   */
  static Optional<Patch> decode(
      byte[] encoded, SourceFile source, long sourceBytes, int targetBytes) {
    try {
      ByteBuffer in = ByteBuffer.wrap(encoded);
      boolean isKnown = in.get() == VERSION;
      int plainBytes = in.getInt();
      // No edit is shorter than a byte, and no data longer than what it makes.
      long plainMax = PLAIN_HEADER_BYTES + (2L * Integer.BYTES + 1) * targetBytes;
      if (!isKnown || plainBytes < PLAIN_HEADER_BYTES || plainBytes > plainMax) {
        return Optional.empty();
      }
      byte[] plain = new byte[plainBytes];
      long got =
          Zstd.decompressByteArray(
              plain, 0, plainBytes, encoded, HEADER_BYTES, encoded.length - HEADER_BYTES);
      return got == plainBytes
          ? patch(ByteBuffer.wrap(plain), source, sourceBytes, targetBytes)
          : Optional.empty();
    } catch (BufferUnderflowException | ZstdException e) {
      return Optional.empty();
    }
  }

  private static Optional<Patch> patch(
      ByteBuffer plain, SourceFile source, long sourceBytes, int targetBytes) {
    long base = plain.getLong();
    int ints = plain.getInt();
    int dataBytes = plain.remaining() - ints * Integer.BYTES;
    if (base < 0 || ints < 0 || ints > plain.remaining() / Integer.BYTES) {
      return Optional.empty();
    }
    int[] edits = new int[ints];
    plain.asIntBuffer().get(edits);
    byte[] data = new byte[dataBytes];
    plain.position(plain.position() + ints * Integer.BYTES).get(data);
    return EditScript.ofInts(edits, sourceBytes - base, targetBytes)
        .map(script -> new Patch(source, base, script, data))
        .filter(p -> p.script().dataBytes() == dataBytes || (dataBytes == 0 && p.isLiteral()));
  }
}
