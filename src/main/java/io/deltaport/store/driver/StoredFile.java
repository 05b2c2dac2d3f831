package io.deltaport.store.driver;

import java.time.Instant;

/**
 * A file in a store, as a listing shows it.
 *
 * @param key its key, or its name when it is pending
 * @param lengthBytes its length
 * @param modified when it was last written, by the clock of the disk or the bucket: not comparable
 *     with the clock of the database
 */
public record StoredFile(String key, long lengthBytes, Instant modified) {}
