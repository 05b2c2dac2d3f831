/**
 * OSTree's static deltas: superblock, parts, signed and self-contained form, index.
 *
 * <p>Source of the formats: libostree's {@code ostree-repo-static-delta-private.h} and the code
 * next to it; docs/formats/static-delta.md describes them in our words.
 */
package io.deltaport.ostree.staticdelta;
