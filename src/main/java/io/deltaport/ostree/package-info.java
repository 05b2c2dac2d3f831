/**
 * OSTree's objects, byte for byte as libostree writes them.
 *
 * <p>Source of the formats: libostree's {@code ostree-core.h} and the GVariant specification.
 * Numbers are big-endian inside the objects.
 */
package io.deltaport.ostree;
