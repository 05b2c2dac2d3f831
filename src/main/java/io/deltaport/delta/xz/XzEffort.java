package io.deltaport.delta.xz;

/**
 * How much is tried to make a stream small.
 *
 * @param depth earlier places with the same values and runs that are looked at
 * @param niceLength matches from here on are taken without a comparison
 */
public record XzEffort(int depth, int niceLength) {
  /** The longest match that the format knows. */
  public static final int NICE_LENGTH_MAX = LengthCoder.MAX;
}
