package io.deltaport.delta.plain;

import io.deltaport.ostree.Checksum;

/**
 * A compressed file as it would be plain.
 *
 * @param object names its plain content, and nothing that is stored
 * @param packedBytes of the file as it is
 * @param plainBytes of its content
 * @param pullBytes about what its content takes in a layer that gzip compresses
 */
public record PlainFile(Checksum object, long packedBytes, long plainBytes, long pullBytes) {}
