package io.deltaport.layer.blob;

/**
 * A blob recipe that was written.
 *
 * @param kind number of its kind
 * @param lengthBytes of its file
 */
public record BlobRecipeInfo(int kind, long lengthBytes) {}
