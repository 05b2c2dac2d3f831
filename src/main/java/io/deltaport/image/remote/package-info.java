/** A repository as an OSTree archive: what its files are, made when they are asked for. */
package io.deltaport.image.remote;
