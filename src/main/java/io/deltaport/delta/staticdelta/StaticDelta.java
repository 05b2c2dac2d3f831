package io.deltaport.delta.staticdelta;

/**
 * A finished delta.
 *
 * @param superblock as it is served unsigned; {@code Superblock.decode} reads it for changes
 * @param sizeBytes superblock and all parts
 * @param fullBytes all objects that the delta brings, uncompressed, with those of fallbacks
 * @param parts number of parts
 * @param fallbacks number of objects that clients fetch by themselves
 * @param fallbackBytes their length, uncompressed
 * @param patched files written as differences from an older file
 * @param patchedBytes their length
 */
public record StaticDelta(
    byte[] superblock,
    long sizeBytes,
    long fullBytes,
    int parts,
    int fallbacks,
    long fallbackBytes,
    int patched,
    long patchedBytes) {}
