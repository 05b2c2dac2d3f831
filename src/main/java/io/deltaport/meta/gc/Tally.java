package io.deltaport.meta.gc;

/**
 * How much of something there is.
 *
 * @param bytes what it takes in the store, 0 for what is only rows
 */
public record Tally(long count, long bytes) {
  /** Nothing. */
  public static final Tally NONE = new Tally(0, 0);

  /** Returns both together. */
  public Tally plus(Tally other) {
    return new Tally(count + other.count, bytes + other.bytes);
  }

  /** Returns one thing of so many bytes. */
  static Tally one(long bytes) {
    return new Tally(1, bytes);
  }

  /** Reads a row that begins with a count and a sum, which is null when nothing was summed. */
  static Tally of(Object[] row) {
    return new Tally(number(row[0]), number(row[1]));
  }

  private static long number(Object value) {
    return value == null ? 0 : ((Number) value).longValue();
  }
}
