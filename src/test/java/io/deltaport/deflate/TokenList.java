package io.deltaport.deflate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a deflate stream consists of: its data, its blocks and its matches. Trusts the stream. */
public final class TokenList {
  public static final int STORED = 0;
  public static final int FIXED = 1;
  public static final int DYNAMIC = 2;

  private static final int[] LENGTH_CODE_ORDER = {
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15
  };
  private static final int GZIP_HEADER_BYTES = 10;

  private final byte[] stream;
  private int at;
  private long bits;
  private int bitCount;
  private byte[] data = new byte[1 << 16];
  private int length;
  private final Matches matches = new Matches();
  private final List<Block> blocks = new ArrayList<>();

  /**
   * A block.
   *
   * @param type 0 to 2, as in the stream
   * @param last whether it is marked as the last
   * @param start its first byte in the data
   * @param end the byte behind its last
   * @param firstMatch index of its first match
   * @param lengths of a dynamic block's codes: those of literals, then those of distances
   * @param literals how many of them belong to literals
   * @param header a dynamic block's header as numbers: lengths of the code lengths' codes in their
   *     order, then symbols, each of 16 to 18 with its extra bits behind it
   */
  public record Block(
      int type,
      boolean last,
      int start,
      int end,
      int firstMatch,
      byte[] lengths,
      int literals,
      int[] header) {}

  private record Codes(int[] counts, int[] symbols) {
    static Codes of(byte[] lengths, int from, int to) {
      int[] counts = new int[16];
      for (int i = from; i < to; i++) {
        counts[lengths[i]]++;
      }
      counts[0] = 0;
      int[] offsets = new int[17];
      for (int i = 1; i < 16; i++) {
        offsets[i + 1] = offsets[i] + counts[i];
      }
      int[] symbols = new int[to - from];
      for (int i = from; i < to; i++) {
        if (lengths[i] != 0) {
          symbols[offsets[lengths[i]]++] = i - from;
        }
      }
      return new Codes(counts, symbols);
    }
  }

  private TokenList(byte[] stream, int begin) {
    this.stream = stream;
    this.at = begin;
  }

  /** Reads a gzip stream of one member whose header has no optional fields. */
  public static TokenList ofGzip(byte[] stream) {
    TokenList list = new TokenList(stream, GZIP_HEADER_BYTES);
    while (!list.block()) {}
    return list;
  }

  public byte[] data() {
    return Arrays.copyOf(data, length);
  }

  public Matches matches() {
    return matches;
  }

  public List<Block> blocks() {
    return blocks;
  }

  private boolean block() {
    boolean last = take(1) == 1;
    int type = take(2);
    int start = length;
    int firstMatch = matches.count();
    byte[] lengths = new byte[0];
    int literals = 0;
    int[] header = new int[0];
    if (type == STORED) {
      take(bitCount & 7);
      int size = take(16);
      take(16);
      for (int i = 0; i < size; i++) {
        put((byte) take(8));
      }
    } else {
      if (type == DYNAMIC) {
        literals = take(5) + 257;
        int distances = take(5) + 1;
        lengths = new byte[literals + distances];
        header = header(lengths);
      } else {
        literals = 288;
        lengths = new byte[literals + 30];
        Arrays.fill(lengths, 0, 144, (byte) 8);
        Arrays.fill(lengths, 144, 256, (byte) 9);
        Arrays.fill(lengths, 256, 280, (byte) 7);
        Arrays.fill(lengths, 280, 288, (byte) 8);
        Arrays.fill(lengths, 288, 318, (byte) 5);
      }
      tokens(Codes.of(lengths, 0, literals), Codes.of(lengths, literals, lengths.length));
    }
    blocks.add(new Block(type, last, start, length, firstMatch, lengths, literals, header));
    return last;
  }

  private int[] header(byte[] lengths) {
    int[] header = new int[lengths.length * 2 + 19];
    int count = take(4) + 4;
    byte[] own = new byte[19];
    for (int i = 0; i < count; i++) {
      own[LENGTH_CODE_ORDER[i]] = (byte) take(3);
      header[i] = own[LENGTH_CODE_ORDER[i]];
    }
    int filled = count;
    Codes codes = Codes.of(own, 0, 19);
    int i = 0;
    while (i < lengths.length) {
      int symbol = decode(codes);
      header[filled++] = symbol;
      if (symbol < 16) {
        lengths[i++] = (byte) symbol;
        continue;
      }
      int extra = take(symbol == 16 ? 2 : symbol == 17 ? 3 : 7);
      header[filled++] = extra;
      int times = extra + (symbol == 18 ? 11 : 3);
      byte value = symbol == 16 ? lengths[i - 1] : 0;
      Arrays.fill(lengths, i, i + times, value);
      i += times;
    }
    return Arrays.copyOf(header, filled);
  }

  private void tokens(Codes literals, Codes distances) {
    while (true) {
      int symbol = decode(literals);
      if (symbol == 256) {
        return;
      }
      if (symbol < 256) {
        put((byte) symbol);
        continue;
      }
      int code = symbol - 257;
      int size;
      if (code < 8) {
        size = 3 + code;
      } else if (code == 28) {
        size = 258;
      } else {
        int extra = (code - 4) >> 2;
        size = 3 + ((4 + (code & 3)) << extra) + take(extra);
      }
      int distanceCode = decode(distances);
      int distance;
      if (distanceCode < 4) {
        distance = 1 + distanceCode;
      } else {
        int extra = (distanceCode - 2) >> 1;
        distance = 1 + ((2 + (distanceCode & 1)) << extra) + take(extra);
      }
      matches.add(length, size, distance);
      for (int i = 0; i < size; i++) {
        put(data[length - distance]);
      }
    }
  }

  private void put(byte value) {
    if (length == data.length) {
      data = Arrays.copyOf(data, 2 * length);
    }
    data[length++] = value;
  }

  private int take(int count) {
    while (bitCount < count) {
      bits |= (stream[at++] & 0xFFL) << bitCount;
      bitCount += 8;
    }
    int value = (int) (bits & ((1L << count) - 1));
    bits >>>= count;
    bitCount -= count;
    return value;
  }

  private int decode(Codes codes) {
    int code = 0;
    int first = 0;
    int index = 0;
    for (int size = 1; size < 16; size++) {
      code |= take(1);
      int count = codes.counts()[size];
      if (code - count < first) {
        return codes.symbols()[index + code - first];
      }
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw new IllegalStateException("no such code");
  }
}
