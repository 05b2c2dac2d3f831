package io.deltaport.layer;

import io.deltaport.oci.Digest;

/**
 * What a recipe's footer tells.
 *
 * @param diffId digest of the tar that the recipe rebuilds
 * @param tarLength bytes of that tar
 * @param entries number of entry records
 */
public record RecipeInfo(Digest diffId, long tarLength, long entries) {}
