/**
 * Looks for damage in everything that is stored, takes it out of use, and repairs what can be
 * repaired: docs/operations.md describes it for operators.
 */
package io.deltaport.image.scrub;
