/**
 * Static deltas between OSTree commits, made by the delta engine.
 *
 * <p>The format is {@link io.deltaport.ostree.staticdelta}'s; here it is decided what is written.
 */
package io.deltaport.delta.staticdelta;
