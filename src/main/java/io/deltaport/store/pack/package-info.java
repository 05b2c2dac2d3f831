/** Packs: append-only files of compressed objects, described in docs/formats/pack.md. */
package io.deltaport.store.pack;
