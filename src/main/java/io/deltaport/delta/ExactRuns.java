package io.deltaport.delta;

import java.util.Arrays;

/**
 * Writes alignments as edits: long runs of equal bytes become copies, what lies between them
 * additions. One instance serves one comparison.
 */
final class ExactRuns {
  /**
   * Equal bytes from here on are a copy. Below, zeros in an addition compress to less than the two
   * operations that a copy costs; the shorter stream is compressed in less time, too.
   */
  static final int COPY_MIN_BYTES = 16;

  private final byte[] source;
  private final byte[] target;
  private final EditScript.Builder script = new EditScript.Builder();

  ExactRuns(byte[] source, byte[] target) {
    this.source = source;
    this.target = target;
  }

  void literal(int length) {
    script.literal(length);
  }

  /** Writes {@code length} bytes of the target, which resemble the source at {@code from}. */
  void aligned(int from, int targetFrom, int length) {
    int done = 0;
    int at = 0;
    while (at < length) {
      int run = equal(from + at, targetFrom + at, length - at);
      if (run >= COPY_MIN_BYTES || run == length) {
        script.add(from + done, at - done);
        script.copy(from + at, run);
        done = at + run;
      }
      at += run + 1;
    }
    script.add(from + done, length - done);
  }

  EditScript build() {
    return script.build();
  }

  private int equal(int s, int t, int most) {
    int differs = Arrays.mismatch(source, s, s + most, target, t, t + most);
    return differs < 0 ? most : differs;
  }
}
