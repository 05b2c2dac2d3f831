package io.deltaport.deflate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a parser and a block model expect of a stream, segment by segment, against what it is.
 *
 * @param matches how many there are
 * @param wrongMatches how many are expected and not there, or there and not expected
 * @param firstWrong the first difference, for people
 * @param expectedBlocks all blocks that are expected
 * @param blocks all blocks that are there, but empty ones
 */
public record Prediction(
    int matches,
    int wrongMatches,
    String firstWrong,
    List<PredictedBlock> expectedBlocks,
    List<PredictedBlock> blocks) {

  /** Parses a stream as one segment. */
  public static Prediction whole(TokenList stream, Parser parser, BlockModel model) {
    int length = stream.data().length;
    return of(stream, parser, model, List.of(0, length), 0, 1, 0);
  }

  /** Parses pgzip's blocks, each with some history. */
  public static Prediction pgzip(
      TokenList stream, PrimedParser parser, BlockModel model, int block) {
    int length = stream.data().length;
    List<Integer> cuts = new ArrayList<>();
    for (int cut = 0; cut < length; cut += block) {
      cuts.add(cut);
    }
    cuts.add(length);
    return of(stream, parser, model, cuts, 1 << 15, 1, 0);
  }

  /** Parses segments that begin at blocks, with the history that the parser wants. */
  public static Prediction segments(
      TokenList stream, PrimedParser parser, BlockModel model, int least, int ahead) {
    int length = stream.data().length;
    List<Integer> cuts = new ArrayList<>(List.of(0));
    for (TokenList.Block block : stream.blocks()) {
      if (block.start() - cuts.getLast() >= least && block.start() < length) {
        cuts.add(block.start());
      }
    }
    cuts.add(length);
    return of(stream, parser, model, cuts, parser.historyBytes(), parser.historyUnit(), ahead);
  }

  private static Prediction of(
      TokenList stream,
      Parser parser,
      BlockModel model,
      List<Integer> cuts,
      int history,
      int unit,
      int ahead) {
    byte[] data = stream.data();
    Matches expected = new Matches();
    List<PredictedBlock> blocks = new ArrayList<>();
    for (int i = 0; i + 1 < cuts.size(); i++) {
      int start = cuts.get(i);
      int end = cuts.get(i + 1);
      int base = Math.max(0, start - history) / unit * unit;
      byte[] part = Arrays.copyOfRange(data, base, Math.min(data.length, end + ahead));
      Matches matches = new Matches();
      parser.parse(part, start - base, end - base, part.length, matches);
      for (int m = 0; m < matches.count(); m++) {
        expected.add(matches.position(m) + base, matches.length(m), matches.distance(m));
      }
      List<PredictedBlock> own = new ArrayList<>();
      boolean flushed = part.length == end - base;
      model.predict(part, start - base, end - base, flushed, matches, own);
      own.forEach(block -> blocks.add(moved(block, base)));
    }
    return compare(stream, expected, blocks);
  }

  private static PredictedBlock moved(PredictedBlock block, int by) {
    return new PredictedBlock(
        block.type(),
        block.start() + by,
        block.end() + by,
        block.header(),
        block.literals(),
        block.distances());
  }

  private static Prediction compare(
      TokenList stream, Matches expected, List<PredictedBlock> expectedBlocks) {
    Matches real = stream.matches();
    List<TokenList.Block> blocks = stream.blocks();
    int wrong = 0;
    String first = "";
    int block = 0;
    int i = 0;
    int j = 0;
    while (true) {
      while (i < expected.count()) {
        while (expected.position(i) >= blocks.get(block).end()) {
          block++;
        }
        if (blocks.get(block).type() != TokenList.STORED) {
          break;
        }
        i++;
      }
      int next = i < expected.count() ? expected.position(i) : Integer.MAX_VALUE;
      int realNext = j < real.count() ? real.position(j) : Integer.MAX_VALUE;
      if (next == Integer.MAX_VALUE && realNext == Integer.MAX_VALUE) {
        break;
      }
      boolean same = next == realNext && expected.same(i, real, j);
      if (!same) {
        wrong++;
        if (first.isEmpty()) {
          first = "expected " + text(expected, i) + ", is " + text(real, j);
        }
      }
      i += next <= realNext ? 1 : 0;
      j += realNext <= next ? 1 : 0;
    }
    return new Prediction(real.count(), wrong, first, expectedBlocks, real(blocks));
  }

  private static String text(Matches matches, int index) {
    return index == matches.count()
        ? "nothing"
        : "%d bytes at %d from %d before"
            .formatted(matches.length(index), matches.position(index), matches.distance(index));
  }

  private static List<PredictedBlock> real(List<TokenList.Block> blocks) {
    List<PredictedBlock> real = new ArrayList<>();
    for (TokenList.Block block : blocks) {
      if (block.start() == block.end()) {
        continue;
      }
      boolean dynamic = block.type() == TokenList.DYNAMIC;
      byte[] header = new byte[block.header().length];
      for (int i = 0; i < header.length; i++) {
        header[i] = (byte) block.header()[i];
      }
      real.add(
          new PredictedBlock(
              block.type(),
              block.start(),
              block.end(),
              header,
              dynamic ? block.literals() : 0,
              dynamic ? block.lengths().length - block.literals() : 0));
    }
    return real;
  }
}
