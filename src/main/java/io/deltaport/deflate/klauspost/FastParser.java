package io.deltaport.deflate.klauspost;

import io.deltaport.deflate.Matches;
import io.deltaport.deflate.PrimedParser;

/**
 * Levels 1 to 6. Input is taken in pieces of 65,535 bytes, which no match crosses; a piece of which
 * matches save less than a sixteenth of the symbols is written as literals.
 *
 * <p>A segment begins at a piece, so in a stream without flushes at a multiple of 65,535 bytes. A
 * segment of pgzip, and one that begins a stream, has exactly the compressor's matches. Another one
 * may have some wrong ones at its beginning; at level 1 it has many, up to its end. Matches of a
 * piece that the compressor stored in the end are given all the same: a block's type tells that
 * they do not count. From the source of klauspost/compress, flate/deflate.go and
 * flate/fast_encoder.go.
 */
public final class FastParser implements PrimedParser {
  /** How much input the compressor takes at a time. */
  public static final int PIECE_BYTES = 65_535;

  /** How much of the block before pgzip gives the compressor as a dictionary. */
  public static final int PGZIP_DICTIONARY_BYTES = 16_384;

  /** With so much before it, hardly a segment of an operating system's files has wrong matches. */
  private static final int PRIMING_PIECES = 4;

  /** Level 1 enters so little into its table that no amount of history makes up for the rest. */
  private static final int FORGETFUL_PRIMING_PIECES = 8;

  /** After so many pieces a full buffer keeps a window of them and takes on more. */
  private static final int FIRST_FILL_PIECES = 5;

  private static final int FILL_PIECES = 4;
  private static final int BUFFERED_BYTES = FIRST_FILL_PIECES * PIECE_BYTES;

  private static final int SHORT_PIECE_BYTES = 128;
  private static final int LEAST_SAVED_SHIFT = 4;

  private final FastEncoder encoder;
  private final boolean dictionary;
  private final boolean shortPieces;
  private final int primingPieces;

  /** Whether it matters where in the compressor's buffer data lies. */
  private final boolean placed;

  private int origin;

  private FastParser(int level, Version version, boolean dictionary) {
    this.encoder = encoder(level, version);
    this.dictionary = dictionary;
    this.shortPieces = version.since(Version.V1_20_4);
    this.placed = level == 4 && version.since(Version.V1_18_0);
    this.primingPieces =
        placed ? FIRST_FILL_PIECES : level == 1 ? FORGETFUL_PRIMING_PIECES : PRIMING_PIECES;
  }

  /**
   * A parser of what one writer writes, from its beginning or primed by what comes before.
   *
   * @param level 1 to 6
   * @throws IllegalArgumentException for another level
   */
  public static FastParser ofStream(int level, Version version) {
    return new FastParser(level, version, false);
  }

  /**
   * A parser of pgzip's blocks: each is a segment, and its history is the end of the block before.
   *
   * @param level 1 to 6
   * @throws IllegalArgumentException for another level
   */
  public static FastParser ofPgzip(int level, Version version) {
    return new FastParser(level, version, true);
  }

  private static FastEncoder encoder(int level, Version version) {
    return switch (level) {
      case 1 -> new FastEncoder1();
      case 2 -> new FastEncoder2();
      case 3 -> new FastEncoder3();
      case 4 -> new FastEncoder4(version.since(Version.V1_18_0));
      case 5 -> new FastEncoder5();
      case 6 -> new FastEncoder6();
      default -> throw new IllegalArgumentException("no fast level: " + level);
    };
  }

  @Override
  public int historyBytes() {
    return dictionary ? PGZIP_DICTIONARY_BYTES : primingPieces * PIECE_BYTES;
  }

  @Override
  public int historyUnit() {
    if (dictionary) {
      return 1;
    }
    return placed ? FILL_PIECES * PIECE_BYTES : PIECE_BYTES;
  }

  @Override
  public void parse(byte[] data, int start, int end, int limit, Matches matches) {
    encoder.forget(data.length);
    int before = matches.count();
    prime(data, start, matches);
    matches.truncate(before);
    for (int piece = start; piece < end; piece += PIECE_BYTES) {
      int pieceEnd = (int) Math.min((long) piece + PIECE_BYTES, limit);
      encode(data, piece, pieceEnd, start == 0 && piece == start, matches);
    }
    while (matches.count() > before && endOfLast(matches) > end) {
      matches.truncate(matches.count() - 1);
    }
  }

  /** Fills the tables with what comes before a segment. */
  private void prime(byte[] data, int start, Matches matches) {
    if (dictionary) {
      origin = Math.max(0, start - PGZIP_DICTIONARY_BYTES);
      if (start - origin >= FastEncoder.SHORTEST) {
        encoder.encode(data, origin, origin, start, matches);
      }
      return;
    }
    int pieces = start / PIECE_BYTES;
    int skipped = Math.max(0, pieces - primingPieces);
    if (placed && pieces >= FIRST_FILL_PIECES) {
      // The buffer's second and later fills begin one piece behind a multiple of so many.
      skipped = 1 + (pieces - FIRST_FILL_PIECES) / FILL_PIECES * FILL_PIECES;
    }
    int first = pieces == 0 ? 0 : start - (pieces - skipped) * PIECE_BYTES;
    origin = Math.max(0, first - FastEncoder.WINDOW);
    for (int piece = first; piece < start; piece += PIECE_BYTES) {
      encode(data, piece, Math.min(piece + PIECE_BYTES, start), false, matches);
    }
  }

  private void encode(byte[] data, int piece, int end, boolean alone, Matches matches) {
    int length = end - piece;
    int least = shortPieces && !(alone && !dictionary) ? FastEncoder.SHORTEST : SHORT_PIECE_BYTES;
    if (length < least) {
      return;
    }
    // A full buffer keeps a window of its end, which matters to level 4 only.
    if (end - origin > BUFFERED_BYTES) {
      origin = piece - FastEncoder.WINDOW;
    }
    int before = matches.count();
    encoder.takeCovered();
    encoder.encode(data, origin, piece, end, matches);
    int symbols = length - encoder.takeCovered() + matches.count() - before;
    if (symbols > length - (length >> LEAST_SAVED_SHIFT)) {
      matches.truncate(before);
    }
  }

  private static int endOfLast(Matches matches) {
    int last = matches.count() - 1;
    return matches.position(last) + matches.length(last);
  }
}
