/** Deflate streams as data and what a compressor's choices differ from a model's. */
package io.deltaport.deflate;
