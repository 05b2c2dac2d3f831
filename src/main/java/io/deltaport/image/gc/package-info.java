/**
 * Garbage collection: finds what nobody needs any more and removes it, beside pushes and deletes.
 * Retention rules say what is not needed; {@code meta.gc} has the statements.
 */
package io.deltaport.image.gc;
