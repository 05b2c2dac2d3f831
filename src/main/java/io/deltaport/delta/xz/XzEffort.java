package io.deltaport.delta.xz;

/**
 * How much is tried to make a stream small.
 *
 * @param longDepth earlier places with the same values and runs that are looked at
 * @param shortDepth earlier places with the same four bytes
 * @param niceLength matches from here on are taken without a comparison
 */
public record XzEffort(int longDepth, int shortDepth, int niceLength) {}
