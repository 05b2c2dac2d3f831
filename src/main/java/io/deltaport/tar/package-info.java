/** Tar archives, read so that every byte of them is accounted for. */
package io.deltaport.tar;
