/**
 * Blobs whose files are not kept as they were pushed: described by blob recipes, made again when
 * somebody asks, and kept in a cache while that is often.
 */
package io.deltaport.image.cold;
