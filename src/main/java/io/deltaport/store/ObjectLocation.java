package io.deltaport.store;

/**
 * Where one object's zstd frame lies.
 *
 * @param pack digest of the pack, 64 hexadecimal digits
 * @param offset first byte of the frame in the pack
 * @param storedLength bytes of the frame
 * @param length bytes of the object stream when decompressed
 */
public record ObjectLocation(String pack, long offset, long storedLength, long length) {}
