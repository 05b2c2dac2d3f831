package io.deltaport.deflate.gzip;

import io.deltaport.deflate.Model;
import java.util.function.Supplier;

/**
 * A compressor at one of its levels. Thread-safe.
 *
 * @param id its number in descriptions, 1 to 255, which never changes
 * @param name for people
 * @param models makes a model for one thread
 */
public record Compressor(int id, String name, Supplier<Model> models) {}
