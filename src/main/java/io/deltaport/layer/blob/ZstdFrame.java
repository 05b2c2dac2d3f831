package io.deltaport.layer.blob;

import io.deltaport.util.ByteSource;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Where a frame of a zstd file ends, and what it tells of its content (RFC 8878, 3.1).
 *
 * @param length bytes of the frame
 * @param skippable whether it has no content
 * @param contentLength what it expands to; -1 where it does not tell
 */
record ZstdFrame(long length, boolean skippable, long contentLength) {
  private static final int MAGIC = 0xfd2fb528;
  private static final int SKIPPABLE = 0x184d2a50;
  private static final int SKIPPABLE_MASK = 0xfffffff0;
  private static final int MAGIC_BYTES = 4;
  private static final int[] DICTIONARY_BYTES = {0, 1, 2, 4};
  private static final int[] SIZE_BYTES = {0, 2, 4, 8};
  private static final int SIZE_SHIFT = 6;
  private static final int SINGLE_SEGMENT = 0x20;
  private static final int RESERVED = 0x08;
  private static final int CHECKSUM = 0x04;
  private static final int CHECKSUM_BYTES = 4;
  private static final int BLOCK_HEADER_BYTES = 3;
  private static final int BLOCK_LENGTH_SHIFT = 3;

  /** Sizes of two bytes are told less this. */
  private static final int SHORT_SIZE = 256;

  /** Reads along a frame, whose content is not looked at; empty when there is none. */
  static Optional<ZstdFrame> read(ByteSource file, long offset) throws IOException {
    try (InputStream in = new BufferedInputStream(file.open(offset))) {
      return read(in).filter(frame -> frame.length <= file.length() - offset);
    } catch (EOFException e) {
      return Optional.empty();
    }
  }

  private static Optional<ZstdFrame> read(InputStream in) throws IOException {
    int magic = (int) number(in, MAGIC_BYTES);
    if ((magic & SKIPPABLE_MASK) == SKIPPABLE) {
      return Optional.of(new ZstdFrame(number(in, 4) + 2 * MAGIC_BYTES, true, 0));
    }
    int descriptor = magic == MAGIC ? (int) number(in, 1) : RESERVED;
    if ((descriptor & RESERVED) != 0) {
      return Optional.empty();
    }
    boolean single = (descriptor & SINGLE_SEGMENT) != 0;
    int window = single ? 0 : 1;
    int dictionary = DICTIONARY_BYTES[descriptor & 3];
    int flag = descriptor >>> SIZE_SHIFT;
    int size = flag == 0 && single ? 1 : SIZE_BYTES[flag];
    in.skipNBytes(window + dictionary);
    long content = size == 0 ? -1 : number(in, size) + (size == 2 ? SHORT_SIZE : 0);
    if (size > 0 && content < 0) {
      return Optional.empty();
    }
    long blocks = blocks(in);
    int checksum = (descriptor & CHECKSUM) != 0 ? CHECKSUM_BYTES : 0;
    return blocks < 0
        ? Optional.empty()
        : Optional.of(
            new ZstdFrame(
                MAGIC_BYTES + 1 + window + dictionary + size + blocks + checksum, false, content));
  }

  /** Returns the bytes of all blocks; -1 when one is of no known type. */
  private static long blocks(InputStream in) throws IOException {
    long bytes = 0;
    while (true) {
      int header = (int) number(in, BLOCK_HEADER_BYTES);
      int length = header >>> BLOCK_LENGTH_SHIFT;
      int stored =
          switch (header >>> 1 & 3) {
            case 0, 2 -> length;
            case 1 -> 1; // one byte that stands for all
            default -> -1;
          };
      if (stored < 0) {
        return -1;
      }
      in.skipNBytes(stored);
      bytes += BLOCK_HEADER_BYTES + stored;
      if ((header & 1) != 0) {
        return bytes;
      }
    }
  }

  /** Reads a number, lowest byte first. */
  private static long number(InputStream in, int bytes) throws IOException {
    long number = 0;
    for (int i = 0; i < bytes; i++) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException();
      }
      number |= (long) next << (Byte.SIZE * i);
    }
    return number;
  }
}
