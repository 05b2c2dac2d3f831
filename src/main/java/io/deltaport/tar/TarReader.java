package io.deltaport.tar;

import io.deltaport.tar.TarEntry.Extent;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * Reads an archive entry by entry and accounts for every byte: what the caller does not read as
 * {@link #content} goes to the {@link LiteralSink}, in order, so that literals and contents
 * together are the archive. Not thread-safe, and of no use after an exception. Memory is bounded by
 * {@link TarLimits}.
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
    ExtensionHeaders extensions = new ExtensionHeaders(global, limits);
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
      if (!ExtensionHeaders.isExtension(header.flag())) {
        if (++entries > limits.entriesMax()) {
          throw new TarException("more than " + limits.entriesMax() + " entries", start);
        }
        return entry(header, extensions, start);
      }
      extensions.add(header.flag(), extensionData(header, start), start);
    }
  }

  /**
   * Returns the data of the entry that {@link #next} gave last, as it is in the archive: of a
   * sparse file only the extents, without the map. It ends to be of use with the next call of
   * {@code next}.
   */
  public InputStream content() {
    return new Content();
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

  private TarEntry entry(TarHeader header, ExtensionHeaders extensions, long start)
      throws IOException {
    PaxRecords pax = extensions.pax();
    TarType type = TarType.of(header.flag());
    long size = type.hasData() ? size(header, pax, start) : 0;
    contentLeft = size;
    paddingLeft = padding(size);
    SparseMap map = type == TarType.FILE ? SparseMap.read(this, header, pax, start) : null;
    List<Extent> extents = map == null ? null : map.extents(contentLeft, limits, start);
    byte[] path = extensions.path(header, map != null, start);
    return new TarEntry(
        path,
        withTrailingSlash(path) ? folderOf(type, header, start) : type,
        header.flag(),
        contentLeft,
        header.mode(),
        pax.number("uid", header.uid(), start),
        pax.number("gid", header.gid(), start),
        pax.seconds("mtime", header.mtime(), start),
        extensions.linkTarget(header, start),
        header.deviceMajor(),
        header.deviceMinor(),
        pax.xattrs(),
        extents,
        map == null ? contentLeft : map.realSize());
  }

  private static boolean withTrailingSlash(byte[] path) {
    return path.length > 0 && path[path.length - 1] == '/';
  }

  /** The oldest archives have no type for folders and end their names in a slash. */
  private static TarType folderOf(TarType type, TarHeader header, long start) throws TarException {
    if (type != TarType.FILE) {
      return type;
    }
    if (header.flag() != 0) {
      throw new TarException("a file whose name ends in a slash", start);
    }
    return TarType.DIRECTORY;
  }

  private long size(TarHeader header, PaxRecords pax, long start) throws TarException {
    long own = header.size();
    long size = pax.number("size", own, start);
    if (size != own && own != 0 && own != TarHeader.SIZE_OVERFLOW) {
      throw new TarException("the pax header and the entry state different sizes", start);
    }
    if (size > limits.fileBytesMax()) {
      throw new TarException("a file of " + size + " bytes", start);
    }
    return size;
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
      throw new TarException("a single zero block with something else after it", start);
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
    if (n > 0) {
      literals.literal(block, 0, n);
    }
    if (n > 0 && n < block.length && !ended) {
      throw cut();
    }
    return n == block.length;
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
