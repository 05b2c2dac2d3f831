package io.deltaport.deflate;

import io.deltaport.util.Varint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Describes the blocks of a segment whose matches are known. Not thread-safe.
 *
 * <p>The description: varint number of blocks; for each a byte of flags and what they announce.
 * Flags from the lowest bit: 2 bits type; begins; ends; last; 2 bits extent (0 to the segment's
 * end, 1 as many tokens as the block before, 2 as many bytes as it, 3 varint bytes); 1 bit regular.
 * A dynamic block that is not regular has the varint number of bits of its header and its bytes. A
 * stored block that is not regular has a byte of padding where it begins. A stored block that
 * begins here and ends later has 2 bytes of its length, little-endian. The type 3 says that the
 * block is the next one that the model predicts, with all of that.
 */
final class BlockCoder {
  private static final int TYPE = 3;
  private static final int BEGINS = 4;
  private static final int ENDS = 8;
  private static final int LAST = 16;
  private static final int EXTENT_SHIFT = 5;
  private static final int REGULAR = 128;

  private static final int TO_END = 0;
  private static final int SAME_TOKENS = 1;
  private static final int SAME_BYTES = 2;
  private static final int BYTES = 3;

  private static final int PREDICTED = 3;

  private final SymbolCounts counts = new SymbolCounts();
  private final HeaderBits headers = new HeaderBits();
  private final List<PredictedBlock> expected = new ArrayList<>();
  private final BitOutput predicted = new BitOutput(CodesReader.HEADER_BITS_MAX);
  private final BitOutput actual = new BitOutput(CodesReader.HEADER_BITS_MAX);

  // Of the block before.
  private int tokens;
  private int bytes;

  private int next; // predicted block

  /** Describes the blocks, of which the model predicts some from the parser's own matches. */
  void describe(Segment segment, Matches parsed, Model model, ByteArrayOutputStream out)
      throws IOException {
    Varint.write(out, segment.blocks.size());
    expect(segment, parsed, model);
    TokenWalk walk = new TokenWalk(segment);
    tokens = 0;
    bytes = 0;
    for (Block block : segment.blocks) {
      if (isExpected(block)) {
        out.write(PREDICTED);
        bytes = block.end() - block.start();
        tokens = walk.to(block.end());
      } else {
        describe(segment, block, walk, model.headers(), out);
      }
    }
  }

  private void expect(Segment segment, Matches parsed, Model model) {
    expected.clear();
    next = 0;
    model
        .blocks()
        .predict(segment.data, segment.start, segment.end, segment.flushed(), parsed, expected);
  }

  /** Returns the predicted block that begins at a position, or null. */
  private PredictedBlock expectedAt(int start) {
    while (next < expected.size() && expected.get(next).start() < start) {
      next++;
    }
    return next < expected.size() && expected.get(next).start() == start
        ? expected.get(next)
        : null;
  }

  private boolean isExpected(Block block) {
    PredictedBlock guess = expectedAt(block.start());
    if (guess == null
        || guess.type() != block.type()
        || guess.end() != block.end()
        || block.end() == block.start()
        || block.last()
        || block.padding() != 0
        || !block.begins()
        || !block.ends()) {
      return false;
    }
    if (block.type() != Block.DYNAMIC) {
      return true;
    }
    predicted.clear();
    headers.write(guess, predicted);
    actual.clear();
    actual.putBits(block.header(), block.headerBits());
    return predicted.sameAs(actual);
  }

  private Block restoreExpected(int start) throws DeflateFormatException {
    PredictedBlock guess = expectedAt(start);
    if (guess == null) {
      throw new DeflateFormatException("no block is predicted where one should be");
    }
    Block block = Block.of(guess.type(), true, true, false, start, guess.end());
    return switch (guess.type()) {
      case Block.DYNAMIC -> {
        predicted.clear();
        headers.write(guess, predicted);
        yield block.with(predicted.toByteArray(), (int) predicted.length(), 0);
      }
      case Block.STORED -> {
        int length = guess.end() - start;
        byte[] header = {(byte) length, (byte) (length >>> Byte.SIZE)};
        yield block.with(header, Short.SIZE, 0);
      }
      default -> block;
    };
  }

  private void describe(
      Segment segment, Block block, TokenWalk walk, HeaderModel model, ByteArrayOutputStream out)
      throws IOException {
    int firstMatch = walk.match();
    int length = block.end() - block.start();
    int itsTokens = walk.to(block.end());
    int extent =
        block.end() == segment.end
            ? TO_END
            : itsTokens == tokens ? SAME_TOKENS : length == bytes ? SAME_BYTES : BYTES;
    boolean regular =
        switch (block.type()) {
          case Block.STORED -> block.padding() == 0;
          case Block.DYNAMIC -> block.begins() && isPredicted(segment, block, firstMatch, model);
          default -> true;
        };
    out.write(
        block.type()
            | (block.begins() ? BEGINS : 0)
            | (block.ends() ? ENDS : 0)
            | (block.last() ? LAST : 0)
            | extent << EXTENT_SHIFT
            | (regular ? REGULAR : 0));
    if (extent == BYTES) {
      Varint.write(out, length);
    }
    if (block.type() == Block.DYNAMIC && !regular) {
      Varint.write(out, block.headerBits());
      out.write(block.header());
    } else if (block.type() == Block.STORED && block.begins()) {
      if (!regular) {
        out.write(block.padding());
      }
      if (!block.ends()) {
        out.write(block.header());
      }
    }
    tokens = itsTokens;
    bytes = length;
  }

  private boolean isPredicted(Segment segment, Block block, int firstMatch, HeaderModel model) {
    predict(segment, block, firstMatch, model);
    actual.clear();
    actual.putBits(block.header(), block.headerBits());
    return predicted.sameAs(actual);
  }

  private void predict(Segment segment, Block block, int firstMatch, HeaderModel model) {
    counts.count(segment, block, firstMatch);
    predicted.clear();
    model.predict(segment, block, counts.literals, counts.distances, predicted);
  }

  /**
   * Gives a segment its blocks.
   *
   * @throws DeflateFormatException if this describes no blocks for the segment
   */
  void restore(Segment segment, Matches parsed, Model model, ByteBuffer in)
      throws DeflateFormatException {
    int count = Varints.read(in, Segment.BLOCKS_MAX);
    expect(segment, parsed, model);
    TokenWalk walk = new TokenWalk(segment);
    tokens = 0;
    bytes = 0;
    try {
      for (int i = 0; i < count; i++) {
        segment.blocks.add(restore(segment, walk, model.headers(), in));
      }
    } catch (BufferUnderflowException e) {
      throw new DeflateFormatException("a description is cut short");
    }
    if (walk.at() != segment.end) {
      throw new DeflateFormatException("the blocks of a segment are too short");
    }
  }

  private Block restore(Segment segment, TokenWalk walk, HeaderModel model, ByteBuffer in)
      throws DeflateFormatException {
    int flags = in.get();
    int start = walk.at();
    if (flags == PREDICTED) {
      Block block = restoreExpected(start);
      bytes = block.end() - start;
      tokens = walk.to(block.end());
      return block;
    }
    int firstMatch = walk.match();
    int left = segment.end - start;
    int end =
        switch (flags >>> EXTENT_SHIFT & 3) {
          case TO_END -> segment.end;
          case SAME_TOKENS -> walk.over(tokens);
          case SAME_BYTES -> start + bytes;
          default -> start + Varints.read(in, left);
        };
    if (end > segment.end) {
      throw new DeflateFormatException("the blocks of a segment are too long");
    }
    tokens = (flags >>> EXTENT_SHIFT & 3) == SAME_TOKENS ? tokens : walk.to(end);
    bytes = end - start;
    int type = flags & TYPE;
    boolean begins = (flags & BEGINS) != 0;
    boolean ends = (flags & ENDS) != 0;
    boolean regular = (flags & REGULAR) != 0;
    Block block = Block.of(type, begins, ends, (flags & LAST) != 0, start, end);
    return switch (type) {
      case Block.FIXED -> block;
      case Block.DYNAMIC -> restoreDynamic(segment, block, firstMatch, regular, model, in);
      case Block.STORED -> restoreStored(block, regular, in);
      default -> throw new DeflateFormatException("a block has the type 3");
    };
  }

  private Block restoreDynamic(
      Segment segment,
      Block block,
      int firstMatch,
      boolean regular,
      HeaderModel model,
      ByteBuffer in)
      throws DeflateFormatException {
    if (regular) {
      predict(segment, block, firstMatch, model);
      return block.with(predicted.toByteArray(), (int) predicted.length(), 0);
    }
    int bits = Varints.read(in, CodesReader.HEADER_BITS_MAX);
    byte[] header = new byte[(bits + Byte.SIZE - 1) / Byte.SIZE];
    in.get(header);
    return block.with(header, bits, 0);
  }

  private static Block restoreStored(Block block, boolean regular, ByteBuffer in) {
    if (!block.begins()) {
      return block;
    }
    int padding = regular ? 0 : in.get() & 0x7f;
    int length = block.end() - block.start();
    byte[] header = {(byte) length, (byte) (length >>> Byte.SIZE)};
    if (!block.ends()) {
      in.get(header);
    }
    return block.with(header, Short.SIZE, padding);
  }
}
