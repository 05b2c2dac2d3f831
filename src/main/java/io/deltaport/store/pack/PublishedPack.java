package io.deltaport.store.pack;

/**
 * A pack that is durable and never changes again.
 *
 * @param id its SHA-256, 64 lowercase digits
 * @param length bytes on disk
 * @param objects number of objects in it
 */
public record PublishedPack(String id, long length, int objects) {}
