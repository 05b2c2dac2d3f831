package io.deltaport.layer;

import io.deltaport.oci.Digest;
import io.deltaport.store.pack.PublishedPack;
import java.util.Optional;

/**
 * A layer that was taken into the store.
 *
 * @param diffId digest of its uncompressed tar
 * @param tarLength bytes of that tar
 * @param entries number of entries, extension headers not counted
 * @param compression how the blob was compressed
 * @param pack what it brought that is new; empty when it brought nothing
 * @param recipeLength bytes of its recipe, which is published under {@code
 *     StoreLayout.recipe(diffId)}
 * @param statistics what was new and what was known
 */
public record AbsorbedLayer(
    Digest diffId,
    long tarLength,
    long entries,
    LayerCompression compression,
    Optional<PublishedPack> pack,
    long recipeLength,
    AbsorbStatistics statistics) {}
