/** Durable files by key, the only way to the disk or a bucket. */
package io.deltaport.store.driver;
