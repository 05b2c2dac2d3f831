package io.deltaport.layer;

/**
 * What storing a set of objects came to.
 *
 * @param newObjects objects that were written
 * @param newBytes bytes of their object streams, before compression
 * @param knownObjects how often an object was met that the store or this pack has already
 * @param knownBytes bytes of their object streams
 */
public record AbsorbStatistics(
    long newObjects, long newBytes, long knownObjects, long knownBytes) {}
