/**
 * What garbage collection asks of PostgreSQL. Each sweep locks what it may delete, skips what
 * others have locked, and decides by what it sees then: so it waits for no push, and none is
 * harmed.
 */
package io.deltaport.meta.gc;
