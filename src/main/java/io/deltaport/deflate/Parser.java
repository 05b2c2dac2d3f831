package io.deltaport.deflate;

/**
 * Finds in data the matches that a certain compressor finds there. Deterministic: the same
 * arguments always give the same matches, whatever was parsed before. Not thread-safe, so that it
 * may keep its tables.
 */
public interface Parser {
  /** How many bytes {@code data} has behind {@code limit}, for reads of several bytes at once. */
  int PADDING = 16;

  /**
   * Parses one segment of a stream.
   *
   * @param data where {@code [0, start)} is history to which matches may refer, and {@code [end,
   *     limit)} is what the compressor saw of the data behind the segment. When {@code limit} is
   *     {@code end}, the compressor's input ended or was flushed there. Some bytes more, of any
   *     value, are there behind {@code limit}: {@link #PADDING}.
   * @param matches gets the matches, all of them inside {@code [start, end)}
   */
  void parse(byte[] data, int start, int end, int limit, Matches matches);
}
