/**
 * Descriptions of gzip files from which, with what they stand for, the very files are made again.
 */
package io.deltaport.deflate.gzip;
