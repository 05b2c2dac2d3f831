/**
 * The keys that sign what repositories offer: kept encrypted in PostgreSQL, or given by
 * configuration. docs/operations.md describes them for operators.
 */
package io.deltaport.image.keys;
