/**
 * Layer blobs made again byte for byte from their tars. Each way of compression is a {@link
 * io.deltaport.layer.blob.BlobKind}; docs/formats/blob-recipe.md describes the file that tells how
 * a blob is made.
 */
package io.deltaport.layer.blob;
