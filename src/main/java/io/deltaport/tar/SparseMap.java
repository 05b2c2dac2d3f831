package io.deltaport.tar;

import io.deltaport.tar.TarEntry.Extent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the data of a sparse file belongs, in each of the four ways that GNU tar has written it.
 *
 * @param numbers offsets and lengths in turn
 * @param realSize length of the file with its holes filled
 * @see <a href="https://www.gnu.org/software/tar/manual/html_node/Sparse-Formats.html">formats</a>
 */
record SparseMap(List<Long> numbers, long realSize) {
  private static final int OLD_FIRST = 386;
  private static final int OLD_FIRST_COUNT = 4;
  private static final int OLD_CONTINUES = 482;
  private static final int OLD_REAL_SIZE = 483;
  private static final int EXTRA_COUNT = 21;
  private static final int EXTRA_CONTINUES = 504;
  private static final int NUMBER_BYTES = 12;

  /** Returns the map of the entry, or null when it is not sparse. */
  static SparseMap read(TarReader reader, TarHeader header, PaxRecords pax, long start)
      throws IOException {
    if (header.flag() == 'S') {
      return readOld(reader, header, start);
    }
    long major = pax.number("GNU.sparse.major", 0, start);
    long minor = pax.number("GNU.sparse.minor", 0, start);
    if (major == 1 && minor == 0) {
      long realSize = pax.number("GNU.sparse.realsize", -1, start);
      return new SparseMap(readLines(reader, start), realSize);
    }
    if (major != 0 || minor > 1) {
      throw new TarException("an unknown version of the sparse format", start);
    }
    return isFormat0(pax) ? readRecords(reader, pax, start) : null;
  }

  private static boolean isFormat0(PaxRecords pax) {
    return pax.has("GNU.sparse.size")
        || pax.has("GNU.sparse.map")
        || !pax.sparseNumbers().isEmpty();
  }

  /** Formats 0.0 and 0.1: the map stands in the pax header. */
  private static SparseMap readRecords(TarReader reader, PaxRecords pax, long start)
      throws TarException {
    List<Long> numbers = pax.sparseNumbers();
    if (pax.has("GNU.sparse.map")) {
      if (!numbers.isEmpty()) {
        throw new TarException("two sparse maps for one entry", start);
      }
      numbers = commaSeparated(pax.bytes("GNU.sparse.map"), reader, start);
    }
    long count = pax.number("GNU.sparse.numblocks", numbers.size() / 2, start);
    if (count != numbers.size() / 2) {
      throw new TarException("a sparse map has not the number of extents that it states", start);
    }
    return new SparseMap(numbers, pax.number("GNU.sparse.size", -1, start));
  }

  private static SparseMap readOld(TarReader reader, TarHeader header, long start)
      throws IOException {
    if (!header.isGnu()) {
      throw new TarException("a sparse file in a header that is not GNU's", start);
    }
    List<Long> numbers = new ArrayList<>();
    boolean full = addPairs(header, OLD_FIRST, OLD_FIRST_COUNT, numbers);
    boolean continues = header.sparseContinues(OLD_CONTINUES);
    while (continues) {
      if (!full) {
        throw new TarException("a sparse map continues after its end", start);
      }
      checkCount(numbers, reader, start);
      byte[] extra = reader.readExtraBlock();
      TarHeader view = TarHeader.unchecked(extra, start);
      full = addPairs(view, 0, EXTRA_COUNT, numbers);
      continues = view.sparseContinues(EXTRA_CONTINUES);
    }
    return new SparseMap(numbers, header.sparseNumber(OLD_REAL_SIZE));
  }

  /** Returns whether all places for pairs were taken, so that more may follow. */
  private static boolean addPairs(TarHeader header, int at, int count, List<Long> numbers)
      throws TarException {
    for (int i = 0; i < count; i++) {
      int offset = at + i * 2 * NUMBER_BYTES;
      if (header.isEmptyNumber(offset)) {
        return false;
      }
      numbers.add(header.sparseNumber(offset));
      numbers.add(header.sparseNumber(offset + NUMBER_BYTES));
    }
    return true;
  }

  /** Format 1.0: the map stands before the data, as decimal lines padded to whole blocks. */
  private static List<Long> readLines(TarReader reader, long start) throws IOException {
    LineReader lines = new LineReader(reader, start);
    long count = lines.next();
    if (count > reader.limits().extentsMax()) {
      throw new TarException("a sparse map of " + count + " extents", start);
    }
    List<Long> numbers = new ArrayList<>();
    for (long i = 0; i < 2 * count; i++) {
      numbers.add(lines.next());
    }
    return numbers;
  }

  private static final class LineReader {
    private static final int DIGITS_MAX = 18;
    private final TarReader reader;
    private final long start;
    private byte[] block = new byte[0];
    private int at;

    LineReader(TarReader reader, long start) {
      this.reader = reader;
      this.start = start;
    }

    long next() throws IOException {
      byte[] digits = new byte[DIGITS_MAX];
      int length = 0;
      while (true) {
        if (at == block.length) {
          block = reader.readMapBlock(start);
          at = 0;
        }
        byte b = block[at++];
        if (b == '\n') {
          return PaxRecords.number(digits, 0, length, start);
        }
        if (length == DIGITS_MAX) {
          throw new TarException("a sparse map is malformed", start);
        }
        digits[length++] = b;
      }
    }
  }

  private static List<Long> commaSeparated(byte[] text, TarReader reader, long start)
      throws TarException {
    List<Long> numbers = new ArrayList<>();
    int from = 0;
    for (int i = 0; i <= text.length; i++) {
      if (i == text.length || text[i] == ',') {
        checkCount(numbers, reader, start);
        numbers.add(PaxRecords.number(text, from, i, start));
        from = i + 1;
      }
    }
    return numbers;
  }

  private static void checkCount(List<Long> numbers, TarReader reader, long start)
      throws TarException {
    if (numbers.size() >= 2L * reader.limits().extentsMax()) {
      throw new TarException("a sparse map has too many extents", start);
    }
  }

  /** Checks the map against the bytes of data that the archive holds, and drops empty runs. */
  List<Extent> extents(long dataBytes, TarLimits limits, long start) throws TarException {
    if (realSize < 0 || realSize > limits.fileBytesMax() || numbers.size() % 2 != 0) {
      throw new TarException("a sparse map is malformed", start);
    }
    List<Extent> extents = new ArrayList<>(numbers.size() / 2);
    long end = 0;
    long data = 0;
    for (int i = 0; i < numbers.size(); i += 2) {
      long offset = numbers.get(i);
      long length = numbers.get(i + 1);
      if (offset < end || length > realSize || offset > realSize - length) {
        throw new TarException("the runs of a sparse map overlap or leave the file", start);
      }
      end = offset + length;
      data += length;
      if (length > 0) {
        extents.add(new Extent(offset, length));
      }
    }
    if (data != dataBytes) {
      throw new TarException("a sparse map does not account for the data", start);
    }
    return List.copyOf(extents);
  }
}
