/**
 * What is stored, what it would take as plain blobs, and what each release added:
 * docs/operations.md describes it for operators.
 */
package io.deltaport.image.stats;
