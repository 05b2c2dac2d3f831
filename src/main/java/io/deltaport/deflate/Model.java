package io.deltaport.deflate;

/**
 * What is known of a compressor at one of its levels. Not thread-safe.
 *
 * @param parser finds the matches that it finds
 * @param headers makes the headers of dynamic blocks that it makes, where it is asked for them
 * @param blocks tells which blocks it makes of the matches, as far as that is known
 */
public record Model(Parser parser, HeaderModel headers, BlockModel blocks) {
  private static final BlockModel NO_BLOCKS = (data, start, end, flushed, matches, predicted) -> {};
  private static final HeaderModel NO_HEADERS = (segment, block, literals, distances, out) -> {};

  /** A compressor of which headers are known, but not where blocks end. */
  public static Model withHeaders(Parser parser, HeaderModel headers) {
    return new Model(parser, headers, NO_BLOCKS);
  }

  /** A compressor of which the blocks are known with their headers. */
  public static Model withBlocks(Parser parser, BlockModel blocks) {
    return new Model(parser, NO_HEADERS, blocks);
  }
}
