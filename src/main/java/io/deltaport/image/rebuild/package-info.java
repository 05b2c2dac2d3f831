/**
 * Compares the database with packs and recipes, and writes rows again that it has lost: what {@code
 * deltaport fsck --rebuild} does.
 */
package io.deltaport.image.rebuild;
