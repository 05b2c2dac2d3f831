/** Content by digest: what the engines ask of stored objects, whoever keeps them. */
package io.deltaport.store;
