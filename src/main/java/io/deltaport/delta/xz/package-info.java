/**
 * A compressor of .xz streams for patches: mostly zeros, with values at aligned places. Decoders of
 * the format read what it writes.
 */
package io.deltaport.delta.xz;
