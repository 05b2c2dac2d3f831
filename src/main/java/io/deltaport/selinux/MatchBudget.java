package io.deltaport.selinux;

/**
 * How much work the labels of one image may take: a policy comes from outside, and a hostile one
 * would otherwise keep a processor for hours. Not thread-safe.
 */
public final class MatchBudget {
  /**
   * Units for one image. A large system (100,000 files, 6,000 lines) needs some hundred million; a
   * processor does about 100 million in a second.
   */
  private static final long UNITS = 20_000_000_000L;

  private long left = UNITS;

  /** Takes the units of matching a path against an expression, at most what that can take. */
  void spend(long units) throws SelinuxFormatException {
    left -= units;
    if (left < 0) {
      throw new SelinuxFormatException("whose expressions take too long to match");
    }
  }

  /** Returns what was spent so far. */
  public long spent() {
    return UNITS - left;
  }
}
