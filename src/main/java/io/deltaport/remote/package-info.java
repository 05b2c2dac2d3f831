/** OSTree remotes over HTTP: what {@code ostree pull} and its kin speak. */
package io.deltaport.remote;
