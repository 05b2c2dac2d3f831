package io.deltaport.ostree.staticdelta;

/**
 * An object that clients fetch by itself: {@code (yaytt)}, numbers little-endian.
 *
 * @param sizeBytes about what it takes to fetch it
 * @param objectBytes length of the object's stream
 */
public record Fallback(DeltaObject object, long sizeBytes, long objectBytes) {}
