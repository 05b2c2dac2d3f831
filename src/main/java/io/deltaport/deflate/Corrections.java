package io.deltaport.deflate;

import io.deltaport.util.Varint;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * What has to be changed in the matches that a parser finds to get those of a stream.
 *
 * <p>A list of steps. Each is a varint whose low two bits tell the step and whose other bits tell
 * how many predicted matches are taken as they are before it. Predicted matches that overlap what
 * is there already are left out without a step.
 *
 * <ul>
 *   <li>0: the end; all predicted matches that are left are taken
 *   <li>1: the next predicted match has another distance: varint distance
 *   <li>2: a match that is not predicted: varint literals before it, varint length, varint distance
 *   <li>3: predicted matches are left out: varint how many
 * </ul>
 */
final class Corrections {
  private static final int END = 0;
  private static final int DISTANCE = 1;
  private static final int INSERT = 2;
  private static final int SKIP = 3;
  private static final int STEP_BITS = 2;

  private Corrections() {}

  static void encode(Matches predicted, Matches actual, int start, OutputStream out)
      throws IOException {
    int taken = 0;
    int guess = 0;
    int at = start;
    for (int i = 0; i < actual.count(); i++) {
      int position = actual.position(i);
      guess = skipOverlapped(predicted, guess, at);
      int wrong = skipOverlapped(predicted, guess, position) - guess;
      if (wrong > 0) {
        skip(out, taken, wrong);
        taken = 0;
        guess += wrong;
      }
      boolean placed = guess < predicted.count() && predicted.position(guess) == position;
      if (placed && actual.same(i, predicted, guess)) {
        taken++;
        guess++;
      } else if (placed && actual.length(i) == predicted.length(guess)) {
        step(out, taken, DISTANCE);
        Varint.write(out, actual.distance(i));
        taken = 0;
        guess++;
      } else {
        step(out, taken, INSERT);
        Varint.write(out, position - at);
        Varint.write(out, actual.length(i));
        Varint.write(out, actual.distance(i));
        taken = 0;
      }
      at = position + actual.length(i);
    }
    int wrong = predicted.count() - skipOverlapped(predicted, guess, at);
    if (wrong > 0) {
      skip(out, taken, wrong);
    }
    step(out, 0, END);
  }

  private static void skip(OutputStream out, int taken, int count) throws IOException {
    step(out, taken, SKIP);
    Varint.write(out, count);
  }

  private static void step(OutputStream out, int taken, int step) throws IOException {
    Varint.write(out, (long) taken << STEP_BITS | step);
  }

  private static int skipOverlapped(Matches predicted, int guess, int at) {
    int next = guess;
    while (next < predicted.count() && predicted.position(next) < at) {
      next++;
    }
    return next;
  }

  /**
   * Makes the matches of a stream.
   *
   * @throws DeflateFormatException if the result has matches that cannot be
   */
  static void apply(Matches predicted, int start, int end, ByteBuffer in, Matches actual)
      throws DeflateFormatException {
    actual.clear();
    int guess = 0;
    int at = start;
    while (true) {
      long head = varint(in);
      int step = (int) head & ((1 << STEP_BITS) - 1);
      long taken = step == END ? Long.MAX_VALUE : head >>> STEP_BITS;
      for (long i = 0; i < taken; i++) {
        guess = skipOverlapped(predicted, guess, at);
        if (guess == predicted.count()) {
          if (step == END) {
            return;
          }
          throw new DeflateFormatException("corrections take more matches than there are");
        }
        at =
            add(
                actual,
                predicted.position(guess),
                predicted.length(guess),
                predicted.distance(guess),
                end);
        guess++;
      }
      guess = skipOverlapped(predicted, guess, at);
      if (step == INSERT) {
        long position = at + varint(in);
        long length = varint(in);
        at = add(actual, position, length, varint(in), end);
        continue;
      }
      long used = step == SKIP ? varint(in) : 1;
      if (used > predicted.count() - guess) {
        throw new DeflateFormatException("corrections change a match that is not there");
      }
      if (step == DISTANCE) {
        at = add(actual, predicted.position(guess), predicted.length(guess), varint(in), end);
      }
      guess += (int) used;
    }
  }

  private static int add(Matches actual, long position, long length, long distance, int end)
      throws DeflateFormatException {
    boolean possible =
        length >= Symbols.MATCH_MIN
            && length <= Symbols.MATCH_MAX
            && distance >= 1
            && distance <= Symbols.DISTANCE_MAX
            && position <= end - length;
    if (!possible) {
      throw new DeflateFormatException("corrections make a match that cannot be");
    }
    actual.add((int) position, (int) length, (int) distance);
    return (int) (position + length);
  }

  private static long varint(ByteBuffer in) throws DeflateFormatException {
    return Varints.read(in);
  }
}
