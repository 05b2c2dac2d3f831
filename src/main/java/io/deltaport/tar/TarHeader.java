package io.deltaport.tar;

import java.util.Arrays;

/**
 * The fields of one 512-byte header block: v7, ustar and GNU.
 *
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html">pax</a>
 */
final class TarHeader {
  static final int BLOCK_BYTES = 512;

  private static final int CHECKSUM_OFFSET = 148;
  private static final int CHECKSUM_LENGTH = 8;
  private static final int MAGIC_OFFSET = 257;
  private static final int PREFIX_OFFSET = 345;
  private static final int PREFIX_LENGTH = 155;

  /** What a writer puts into a size field that is too small. */
  static final long SIZE_OVERFLOW = 0_77777777777L;

  private final byte[] block;
  private final long offset;

  /**
   * Checks and wraps a block.
   *
   * @param offset of the block in the archive, for messages
   */
  TarHeader(byte[] block, long offset) throws TarException {
    this(offset, block);
    checkChecksum();
  }

  private TarHeader(long offset, byte[] block) {
    this.block = block;
    this.offset = offset;
  }

  /** Wraps a block that continues a sparse map and so has no checksum. */
  static TarHeader unchecked(byte[] block, long offset) {
    return new TarHeader(offset, block);
  }

  static boolean isZero(byte[] block) {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private void checkChecksum() throws TarException {
    long unsigned = 0;
    long signed = 0;
    for (int i = 0; i < BLOCK_BYTES; i++) {
      boolean inField = i >= CHECKSUM_OFFSET && i < CHECKSUM_OFFSET + CHECKSUM_LENGTH;
      byte value = inField ? (byte) ' ' : block[i];
      unsigned += value & 0xff;
      signed += value;
    }
    if (!isStated(unsigned, signed)) {
      throw new TarException("no tar header (its checksum is wrong)", offset);
    }
  }

  /** POSIX sums unsigned bytes; some old writers summed signed ones. */
  private boolean isStated(long unsigned, long signed) {
    try {
      long stated = number(CHECKSUM_OFFSET, CHECKSUM_LENGTH, "checksum");
      return stated == unsigned || stated == signed;
    } catch (TarException e) {
      return false;
    }
  }

  byte flag() {
    return block[156];
  }

  byte[] path() {
    byte[] name = text(0, 100);
    if (!isUstar() || block[PREFIX_OFFSET] == 0) {
      return name;
    }
    byte[] prefix = text(PREFIX_OFFSET, PREFIX_LENGTH);
    byte[] whole = Arrays.copyOf(prefix, prefix.length + 1 + name.length);
    whole[prefix.length] = '/';
    System.arraycopy(name, 0, whole, prefix.length + 1, name.length);
    return whole;
  }

  int mode() throws TarException {
    return (int) (number(100, 8, "mode") & 0_7777);
  }

  long uid() throws TarException {
    return notNegative(number(108, 8, "uid"), "uid");
  }

  long gid() throws TarException {
    return notNegative(number(116, 8, "gid"), "gid");
  }

  long size() throws TarException {
    return notNegative(number(124, 12, "size"), "size");
  }

  long mtime() throws TarException {
    return number(136, 12, "mtime");
  }

  byte[] linkTarget() {
    return text(157, 100);
  }

  int deviceMajor() throws TarException {
    return hasDevice() ? device(329, "devmajor") : 0;
  }

  int deviceMinor() throws TarException {
    return hasDevice() ? device(337, "devminor") : 0;
  }

  private int device(int at, String field) throws TarException {
    long number = notNegative(number(at, 8, field), field);
    if (number > Integer.MAX_VALUE) {
      throw new TarException("the " + field + " field is too large", offset);
    }
    return (int) number;
  }

  private boolean hasDevice() {
    return block[MAGIC_OFFSET] == 'u' && (flag() == '3' || flag() == '4');
  }

  /** POSIX has a path prefix where GNU has other fields. */
  private boolean isUstar() {
    return matches(MAGIC_OFFSET, "ustar\0");
  }

  /** Only GNU's own layout has room for a sparse map where POSIX has the path prefix. */
  boolean isGnu() {
    return matches(MAGIC_OFFSET, "ustar  \0");
  }

  private boolean matches(int at, String text) {
    for (int i = 0; i < text.length(); i++) {
      if (block[at + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Reads offset or length of a GNU sparse map, 12 bytes each. */
  long sparseNumber(int at) throws TarException {
    return notNegative(number(at, 12, "sparse map"), "sparse map");
  }

  boolean isEmptyNumber(int at) {
    return block[at] == 0;
  }

  boolean sparseContinues(int at) {
    return block[at] != 0;
  }

  private byte[] text(int at, int length) {
    int end = at;
    while (end < at + length && block[end] != 0) {
      end++;
    }
    return Arrays.copyOfRange(block, at, end);
  }

  private long notNegative(long value, String field) throws TarException {
    if (value < 0) {
      throw new TarException("negative " + field, offset);
    }
    return value;
  }

  private long number(int at, int length, String field) throws TarException {
    return (block[at] & 0x80) != 0 ? base256(at, length, field) : octal(at, length, field);
  }

  private long octal(int at, int length, String field) throws TarException {
    int i = at;
    int end = at + length;
    while (i < end && (block[i] == ' ' || block[i] == 0)) {
      i++;
    }
    long value = 0;
    for (; i < end && block[i] != ' ' && block[i] != 0; i++) {
      if (block[i] < '0' || block[i] > '7') {
        throw new TarException("the " + field + " field is no octal number", offset);
      }
      value = value << 3 | (block[i] - '0');
    }
    while (i < end && block[i] == ' ') {
      i++;
    }
    if (i < end && block[i] != 0) {
      throw new TarException("the " + field + " field has two numbers", offset);
    }
    return value;
  }

  private long base256(int at, int length, String field) throws TarException {
    boolean negative = (block[at] & 0x40) != 0;
    long value = negative ? -1 : 0;
    for (int i = 0; i < length; i++) {
      int digit = i == 0 ? (block[at] & 0x3f) | (negative ? 0xc0 : 0) : block[at + i] & 0xff;
      long shifted = value << 8;
      if (shifted >> 8 != value) {
        throw new TarException("the " + field + " field is too large", offset);
      }
      value = shifted | digit;
    }
    return value;
  }
}
