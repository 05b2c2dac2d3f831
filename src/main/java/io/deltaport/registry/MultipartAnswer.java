package io.deltaport.registry;

/**
 * Several parts of a blob, as an entity that {@link MultipartWriter} writes.
 *
 * @param source opens the parts, one after the other
 */
record MultipartAnswer(MultipartRanges body, MultipartRanges.Source source) {}
