package io.deltaport.delta.xz;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes LZMA2 chunks as bytes come. Not thread-safe.
 *
 * @see <a href="https://tukaani.org/xz/xz-file-format.txt">The .xz file format, 5.3.1</a>
 */
final class Lzma2Encoder {
  /** So many bytes are there when a decision is made, except at the end. */
  static final int AHEAD_BYTES = 64 << 10;

  private static final int CHUNK_MAX_BYTES = 2 << 20;
  private static final int COMPRESSED_MAX_BYTES = 64 << 10;

  /** What one more symbol and the end of the chunk may add. */
  private static final int SYMBOL_MAX_BYTES = 32;

  private static final int STORED_MAX_BYTES = 64 << 10;
  private static final int STORED_FIRST = 1;
  private static final int STORED = 2;
  private static final int COMPRESSED = 0x80;
  private static final int RESET_SHIFT = 5;
  private static final int RESET_NOTHING = 0;
  private static final int RESET_STATE = 1;
  private static final int RESET_PROPERTIES = 2;
  private static final int RESET_DICTIONARY = 3;
  private static final int PROPERTIES =
      (Model.POSITION_BITS * 5 + Model.LITERAL_POSITION_BITS) * 9 + Model.LITERAL_CONTEXT_BITS;
  private static final int SYMBOLS_PER_PRICES = 256;

  private final OutputStream out;
  private final Window window;
  private final RangeEncoder range = new RangeEncoder(COMPRESSED_MAX_BYTES);
  private final Model model = new Model(range);
  private final MatchFinder finder;
  private final Parser parser;

  private int position;
  private int chunkStart;
  private int probedEnd;
  private int symbols;
  private int reset = RESET_DICTIONARY;

  Lzma2Encoder(OutputStream out, int dictionaryBytes, XzEffort effort) {
    this.out = out;
    this.window = new Window(dictionaryBytes);
    this.finder = new MatchFinder(window, effort.depth());
    this.parser = new Parser(window, model, finder, effort.niceLength());
  }

  void write(byte[] bytes, int offset, int length) throws IOException {
    int at = offset;
    int end = offset + length;
    while (at < end) {
      at += window.append(bytes, at, end - at);
      if (window.isFull()) {
        encode(window.end() - AHEAD_BYTES);
        move();
      }
    }
  }

  private void move() throws IOException {
    writeChunk();
    parser.reset();
    finder.insertUntil(position);
    window.move();
    finder.moved();
    position -= Window.STEP_BYTES;
    probedEnd -= Window.STEP_BYTES;
    chunkStart = position;
  }

  void finish() throws IOException {
    encode(window.end());
    writeChunk();
    out.write(0);
  }

  private void encode(int end) throws IOException {
    while (position < end) {
      if (position - chunkStart > CHUNK_MAX_BYTES - LengthCoder.MAX
          || range.pendingBytes() > COMPRESSED_MAX_BYTES - SYMBOL_MAX_BYTES) {
        writeChunk();
      }
      if (parser.isEmpty()) {
        if (storesBlock()) {
          continue;
        }
        if (symbols <= 0) {
          model.updatePrices();
          symbols = SYMBOLS_PER_PRICES;
        }
        parser.parse(position);
      }
      writeSymbol();
    }
  }

  /** Of compressed files a parser would look at every byte, for nothing. */
  private boolean storesBlock() throws IOException {
    if (position < probedEnd || position + STORED_MAX_BYTES > window.end()) {
      return false;
    }
    probedEnd = position + STORED_MAX_BYTES;
    if (!window.isNoise(position, STORED_MAX_BYTES)
        || finder.matchesWithin(position, STORED_MAX_BYTES)) {
      return false;
    }
    writeChunk();
    position += STORED_MAX_BYTES;
    finder.insertThinlyUntil(position);
    writeStored(STORED_MAX_BYTES);
    chunkStart = position;
    return true;
  }

  private void writeSymbol() {
    int symbol = parser.symbol();
    int length = parser.length();
    parser.next();
    symbols--;
    if (symbol == Parser.LITERAL) {
      int matched = window.back(position, model.rep(0));
      model.literal(position, window.bytes()[position] & 0xff, matched);
    } else if (symbol < Model.REPS) {
      model.rep(position, symbol, length);
    } else {
      model.match(position, symbol - Model.REPS, length);
    }
    position += length;
  }

  private void writeChunk() throws IOException {
    int length = position - chunkStart;
    if (length == 0) {
      return;
    }
    int compressed = range.finish();
    if (compressed + 2 < length) {
      out.write(COMPRESSED | (reset << RESET_SHIFT) | ((length - 1) >>> Short.SIZE));
      writeShort(length - 1);
      writeShort(compressed - 1);
      if (reset >= RESET_PROPERTIES) {
        out.write(PROPERTIES);
      }
      out.write(range.bytes(), 0, compressed);
      reset = RESET_NOTHING;
    } else {
      writeStored(length);
    }
    range.reset();
    chunkStart = position;
  }

  /** Bytes that cannot be compressed; the model must forget what it wrote. */
  private void writeStored(int length) throws IOException {
    for (int at = 0; at < length; at += STORED_MAX_BYTES) {
      int count = Math.min(STORED_MAX_BYTES, length - at);
      out.write(reset == RESET_DICTIONARY ? STORED_FIRST : STORED);
      writeShort(count - 1);
      out.write(window.bytes(), chunkStart + at, count);
      if (reset == RESET_DICTIONARY) {
        reset = RESET_PROPERTIES;
      }
    }
    if (reset == RESET_NOTHING) {
      reset = RESET_STATE;
    }
    model.reset();
    parser.reset();
  }

  private void writeShort(int value) throws IOException {
    out.write((value >>> Byte.SIZE) & 0xff);
    out.write(value & 0xff);
  }
}
