/** What the deflate compressors of Go's standard library, compress/flate, choose. */
package io.deltaport.deflate.golang;
