package io.deltaport.deflate;

/**
 * What is known of a compressor at one of its levels. Not thread-safe.
 *
 * @param parser finds the matches that it finds
 * @param headers makes the headers of dynamic blocks that it makes
 */
public record Model(Parser parser, HeaderModel headers) {}
