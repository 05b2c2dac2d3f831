/**
 * Layers taken apart into objects and a recipe, put together again byte for byte, and applied to
 * each other. The recipe is described in docs/formats/recipe.md.
 */
package io.deltaport.layer;
