package io.deltaport.deflate.golang;

import io.deltaport.deflate.Matches;
import io.deltaport.deflate.PrimedParser;
import io.deltaport.deflate.Words;
import java.util.Arrays;

/**
 * Level 1. Input is taken in pieces of 65,535 bytes, each of which becomes a block; matches go back
 * to the piece before. A piece of which matches save less than a sixteenth of the symbols is
 * written as literals. Segments begin at pieces. The same in Go 1.19 to 1.26. From the source of
 * Go, compress/flate/deflatefast.go.
 */
public final class FastParser implements PrimedParser {
  /** How much input the compressor takes at a time. */
  public static final int PIECE_BYTES = 65_535;

  private static final int BITS = 14;
  private static final int PRIME = 0x1e35a7bd;
  private static final int WINDOW = 1 << 15;
  private static final int LONGEST = 258;
  private static final int MARGIN = 15;
  private static final int SHORT_PIECE_BYTES = 128;
  private static final int LEAST_SAVED_SHIFT = 4;
  private static final int LARGEST_BIAS = 1 << 30;
  private static final int PRIMING_PIECES = 4;

  /** Positions plus the bias. */
  private final int[] table = new int[1 << BITS];

  private int bias = 2 * WINDOW;
  private int lastLength;

  /** Bytes of a piece that are in matches. */
  private int covered;

  @Override
  public int historyBytes() {
    return PRIMING_PIECES * PIECE_BYTES;
  }

  @Override
  public int historyUnit() {
    return PIECE_BYTES;
  }

  @Override
  public void parse(byte[] data, int start, int end, int limit, Matches matches) {
    begin(data.length);
    int before = matches.count();
    int pieces = Math.min(PRIMING_PIECES, start / PIECE_BYTES);
    for (int piece = start - pieces * PIECE_BYTES; piece < start; piece += PIECE_BYTES) {
      encode(data, piece, piece + PIECE_BYTES, matches);
    }
    matches.truncate(before);
    for (int piece = start; piece < end; piece += PIECE_BYTES) {
      encode(data, piece, (int) Math.min((long) piece + PIECE_BYTES, limit), matches);
    }
    while (matches.count() > before
        && matches.position(matches.count() - 1) + matches.length(matches.count() - 1) > end) {
      matches.truncate(matches.count() - 1);
    }
  }

  private void begin(int length) {
    if (bias > LARGEST_BIAS - lastLength - 2 * WINDOW) {
      Arrays.fill(table, 0);
      bias = 2 * WINDOW;
    } else {
      bias += lastLength + 2 * WINDOW;
    }
    lastLength = length;
  }

  private void encode(byte[] data, int start, int end, Matches matches) {
    int size = end - start;
    if (size < SHORT_PIECE_BYTES) {
      return;
    }
    int before = matches.count();
    covered = 0;
    find(data, start, end, matches);
    int symbols = size - covered + matches.count() - before;
    if (symbols > size - (size >> LEAST_SAVED_SHIFT)) {
      matches.truncate(before);
    }
  }

  private void find(byte[] data, int start, int end, Matches matches) {
    int last = end - MARGIN;
    int at = start;
    while (true) {
      // The longer there was no match, the more positions are left out.
      int skip = 32;
      int next = at;
      int word;
      int from;
      do {
        at = next;
        int step = skip >> 5;
        next = at + step;
        skip += step;
        if (next > last) {
          return;
        }
        word = Words.four(data, at);
        from = enter(word, at);
      } while (at - from > WINDOW || word != Words.four(data, from));
      do {
        int most = Math.min(LONGEST, end - at);
        int length = 4 + Words.common(data, from + 4, at + 4, at + most);
        matches.add(at, length, at - from);
        covered += length;
        at += length;
        if (at >= last) {
          return;
        }
        enter(Words.four(data, at - 1), at - 1);
        word = Words.four(data, at);
        from = enter(word, at);
      } while (at - from <= WINDOW && word == Words.four(data, from));
      at++;
    }
  }

  /** Enters a position, and gives the last one with the same hash. */
  private int enter(int word, int at) {
    int hash = (word * PRIME) >>> (Integer.SIZE - BITS);
    int from = table[hash] - bias;
    table[hash] = at + bias;
    return from;
  }
}
