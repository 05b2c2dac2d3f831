/** What zlib and GNU gzip make of data. */
package io.deltaport.deflate.zlib;
