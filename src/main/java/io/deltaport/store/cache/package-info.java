/** Files on this machine's disk that can be made anew. */
package io.deltaport.store.cache;
