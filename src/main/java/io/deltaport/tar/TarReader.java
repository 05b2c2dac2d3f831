package io.deltaport.tar;

import io.deltaport.tar.TarEntry.Extent;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;

/**
 * Reads an archive entry by entry and accounts for every byte: what the caller does not read as
 * {@link #content} goes to the {@link LiteralSink}, in order, so that literals and contents
 * together are the archive. Not thread-safe. Memory is bounded by {@link TarLimits}.
 *
 * <p>Understands v7, ustar, GNU (long names, base-256 numbers, sparse files) and pax. Where two
 * readers could take an archive for different things, it is refused.
 */
public final class TarReader {
  private static final int BUFFER_BYTES = 128 << 10;

  private final InputStream in;
  private final TarLimits limits;
  private final LiteralSink literals;
  private final PaxRecords global = new PaxRecords();
  private final byte[] block = new byte[TarHeader.BLOCK_BYTES];
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private long position;
  private long entries;
  private long contentLeft;
  private int paddingLeft;
  private boolean ended;

  public TarReader(InputStream in, TarLimits limits, LiteralSink literals) {
    this.in = in;
    this.limits = limits;
    this.literals = literals;
  }

  /** Returns the number of bytes consumed so far. */
  public long position() {
    return position;
  }

  /**
   * Moves to the next entry; content not read yet becomes literal.
   *
   * @return null after the last entry, when everything up to the end of the stream was consumed
   * @throws TarException if the archive is malformed or beyond the limits
   */
  public TarEntry next() throws IOException {
    if (ended) {
      return null;
    }
    skipContent();
    Extensions extensions = new Extensions();
    while (true) {
      long start = position;
      if (!readBlock()) {
        extensions.checkNone(start);
        ended = true;
        return null;
      }
      if (TarHeader.isZero(block)) {
        extensions.checkNone(start);
        readEnd(start);
        return null;
      }
      TarHeader header = new TarHeader(block.clone(), start);
      if (!readExtension(header, extensions, start)) {
        if (++entries > limits.entriesMax()) {
          throw new TarException("more than " + limits.entriesMax() + " entries", start);
        }
        return entry(header, extensions, start);
      }
    }
  }

  /** Returns the data of the entry that {@link #next} gave last, as it is in the archive. */
  public InputStream content() {
    return new Content();
  }

  private static final class Extensions {
    PaxRecords pax;
    byte[] longName;
    byte[] longLink;

    void checkNone(long offset) throws TarException {
      if (pax != null || longName != null || longLink != null) {
        throw new TarException("an extension header without an entry", offset);
      }
    }
  }

  private boolean readExtension(TarHeader header, Extensions extensions, long start)
      throws IOException {
    switch (header.flag()) {
      case 'x' -> {
        if (extensions.pax != null) {
          throw new TarException("two pax headers for one entry", start);
        }
        extensions.pax = new PaxRecords(global);
        extensions.pax.add(extensionData(header, start), limits, start);
      }
      case 'g' -> global.add(extensionData(header, start), limits, start);
      case 'L' -> extensions.longName = once(extensions.longName, header, start);
      case 'K' -> extensions.longLink = once(extensions.longLink, header, start);
      default -> {
        return false;
      }
    }
    return true;
  }

  private byte[] once(byte[] earlier, TarHeader header, long start) throws IOException {
    if (earlier != null) {
      throw new TarException("two long names for one entry", start);
    }
    byte[] data = extensionData(header, start);
    int end = 0;
    while (end < data.length && data[end] != 0) {
      end++;
    }
    return Arrays.copyOf(data, end);
  }

  private byte[] extensionData(TarHeader header, long start) throws IOException {
    long size = header.size();
    if (size > limits.extensionBytesMax()) {
      throw new TarException("an extension header of " + size + " bytes", start);
    }
    byte[] data = readFully((int) size);
    int padding = padding(size);
    readFully(padding);
    return data;
  }

  private TarEntry entry(TarHeader header, Extensions extensions, long start) throws IOException {
    PaxRecords pax = extensions.pax == null ? global : extensions.pax;
    TarType type = TarType.of(header.flag());
    long size = type.hasData() ? size(header, pax, start) : 0;
    contentLeft = size;
    paddingLeft = padding(size);
    byte[] path = path(header, extensions.longName, pax, start);
    if (type == TarType.FILE && path.length > 0 && path[path.length - 1] == '/') {
      type = TarType.DIRECTORY;
    }
    SparseMap map = type == TarType.FILE ? SparseMap.read(this, header, pax, start) : null;
    List<Extent> extents = map == null ? null : map.extents(contentLeft, limits, start);
    return new TarEntry(
        path,
        type,
        header.flag(),
        contentLeft,
        header.mode(),
        pax.number("uid", header.uid(), start),
        pax.number("gid", header.gid(), start),
        pax.seconds("mtime", header.mtime(), start),
        link(header, extensions.longLink, pax, start),
        header.deviceMajor(),
        header.deviceMinor(),
        pax.xattrs(),
        extents,
        map == null ? contentLeft : map.realSize());
  }

  private static long size(TarHeader header, PaxRecords pax, long start) throws TarException {
    long own = header.size();
    long size = pax.number("size", own, start);
    if (size != own && own != 0 && own != TarHeader.SIZE_OVERFLOW) {
      throw new TarException("the pax header and the entry state different sizes", start);
    }
    return size;
  }

  private byte[] path(TarHeader header, byte[] longName, PaxRecords pax, long start)
      throws TarException {
    byte[] sparseName = pax.bytes("GNU.sparse.name");
    byte[] paxPath = sparseName != null ? sparseName : pax.bytes("path");
    return choose(header.path(), longName, paxPath, start);
  }

  private byte[] link(TarHeader header, byte[] longLink, PaxRecords pax, long start)
      throws TarException {
    return choose(header.linkTarget(), longLink, pax.bytes("linkpath"), start);
  }

  private byte[] choose(byte[] own, byte[] gnu, byte[] pax, long start) throws TarException {
    if (gnu != null && pax != null && !Arrays.equals(gnu, pax)) {
      throw new TarException("the pax and the GNU headers state different names", start);
    }
    byte[] chosen = pax != null ? pax : gnu != null ? gnu : own;
    if (chosen.length > limits.pathBytesMax()) {
      throw new TarException("a name of " + chosen.length + " bytes", start);
    }
    for (byte b : chosen) {
      if (b == 0) {
        throw new TarException("a name with a zero byte", start);
      }
    }
    return chosen;
  }

  /** Reads a block of the entry's data area that holds a map and not content. */
  byte[] readMapBlock(long start) throws IOException {
    if (contentLeft < TarHeader.BLOCK_BYTES) {
      throw new TarException("a sparse map is cut short", start);
    }
    contentLeft -= TarHeader.BLOCK_BYTES;
    return readFully(TarHeader.BLOCK_BYTES);
  }

  /** Reads a header block that continues a GNU sparse map. */
  byte[] readExtraBlock() throws IOException {
    return readFully(TarHeader.BLOCK_BYTES);
  }

  TarLimits limits() {
    return limits;
  }

  private void readEnd(long start) throws IOException {
    ended = true;
    if (readBlock() && !TarHeader.isZero(block)) {
      throw new TarException("a lone zero block amid entries that begins", start);
    }
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      position += n;
      literals.literal(buffer, 0, n);
    }
  }

  private void skipContent() throws IOException {
    while (contentLeft > 0) {
      int n = in.read(buffer, 0, (int) Math.min(buffer.length, contentLeft));
      if (n < 0) {
        throw cut();
      }
      contentLeft -= n;
      position += n;
      literals.literal(buffer, 0, n);
    }
    if (paddingLeft > 0) {
      readFully(paddingLeft);
      paddingLeft = 0;
    }
  }

  /** Reads the next block; returns false at the end of the stream. */
  private boolean readBlock() throws IOException {
    int n = in.readNBytes(block, 0, block.length);
    position += n;
    literals.literal(block, 0, n);
    if (n > 0 && n < block.length) {
      if (!ended) {
        throw cut();
      }
      return false;
    }
    return n > 0;
  }

  private byte[] readFully(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    position += bytes.length;
    if (bytes.length < length) {
      throw cut();
    }
    literals.literal(bytes, 0, length);
    return bytes;
  }

  private TarException cut() {
    return new TarException("the archive is cut short", position);
  }

  private static int padding(long size) {
    return (int) (-size & (TarHeader.BLOCK_BYTES - 1));
  }

  private final class Content extends InputStream {
    private final byte[] single = new byte[1];

    @Override
    public int read() throws IOException {
      return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (contentLeft == 0) {
        return -1;
      }
      int n = in.read(bytes, offset, (int) Math.min(length, contentLeft));
      if (n < 0) {
        throw cut();
      }
      contentLeft -= n;
      position += n;
      return n;
    }
  }
}
