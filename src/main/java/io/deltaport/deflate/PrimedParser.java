package io.deltaport.deflate;

/**
 * A parser whose state at a segment's start depends on data before it, so that it is the more exact
 * the more history it gets. Every history is good enough for valid matches.
 */
public interface PrimedParser extends Parser {
  /**
   * How much history is as good as everything.
   *
   * @return bytes, 0 when history changes nothing
   */
  int historyBytes();

  /**
   * Where history should begin: at a multiple of so many bytes of the stream's data. With another
   * beginning the parser is less exact.
   *
   * @return bytes, 1 when it may begin anywhere
   */
  int historyUnit();
}
