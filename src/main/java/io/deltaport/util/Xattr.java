package io.deltaport.util;

/**
 * An extended attribute.
 *
 * @param name such as {@code security.capability}, without a terminating zero byte
 * @param value any bytes
 */
public record Xattr(byte[] name, byte[] value) {}
