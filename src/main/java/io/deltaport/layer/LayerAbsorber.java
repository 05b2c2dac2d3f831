package io.deltaport.layer;

import io.deltaport.oci.Digest;
import io.deltaport.store.ObjectIndex;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.pack.PackWriter;
import io.deltaport.store.pack.PublishedPack;
import io.deltaport.tar.TarEntry;
import io.deltaport.tar.TarException;
import io.deltaport.tar.TarLimits;
import io.deltaport.tar.TarReader;
import io.deltaport.util.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Takes layer blobs into the store: their files become objects in a pack, the rest of the tar a
 * recipe. Thread-safe.
 *
 * <p>The blob is read once, front to back, expanded on a second thread. Memory stays below 40 MiB,
 * whatever the layer's size, plus a zstd layer's window of at most 128 MiB outside the heap and
 * about 80 bytes for each new object. No path of a tar is ever used as a path on this machine. When
 * a layer cannot be absorbed nothing of it is left in the store.
 */
public final class LayerAbsorber {
  private static final String STAGE = "absorb";

  private final Driver driver;
  private final ObjectIndex index;
  private final LayerLimits limits;

  /**
   * Makes an absorber.
   *
   * @param index knows the objects that need not be stored again
   */
  public LayerAbsorber(Driver driver, ObjectIndex index, LayerLimits limits) {
    this.driver = driver;
    this.index = index;
    this.limits = limits;
  }

  /**
   * Absorbs one layer. Pack and recipe are durable when this returns; the caller records them.
   *
   * @param blob the layer as it was pushed; closed in the end
   * @param blobLength its bytes, for the progress, or -1
   * @throws NotAbsorbableException if the blob is no tar that can be kept as objects
   * @throws IOException if the blob cannot be read or the store not written; trying again may help
   */
  public AbsorbedLayer absorb(InputStream blob, long blobLength, Progress progress)
      throws IOException {
    try (ExpandedLayer layer = ExpandedLayer.open(blob, limits);
        ReadAheadInputStream ahead =
            new ReadAheadInputStream(
                layer, () -> progress.update(STAGE, layer.blobLength(), blobLength));
        PackWriter pack = new PackWriter(driver);
        RecipeWriter recipe = new RecipeWriter(driver)) {
      ObjectSink sink = new ObjectSink(pack, index);
      TarReader tar = new TarReader(ahead, tarLimits(), recipe::literal);
      EntryAbsorber entries = new EntryAbsorber(sink, recipe, limits);
      long count = 0;
      for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
        entries.absorb(entry, tar.content());
        count++;
      }
      sink.flush();
      return publish(layer, pack, recipe, sink, count);
    } catch (TarException e) {
      throw new NotAbsorbableException("is no tar that can be read: " + e.getMessage(), e);
    }
  }

  private static AbsorbedLayer publish(
      ExpandedLayer layer, PackWriter pack, RecipeWriter recipe, ObjectSink sink, long entries)
      throws IOException {
    if (recipe.tarLength() != layer.length()) {
      throw new IOException(
          "the recipe makes %d bytes of the tar's %d"
              .formatted(recipe.tarLength(), layer.length()));
    }
    Digest diffId = layer.diffId();
    Optional<PublishedPack> published = pack.publish();
    long recipeLength = recipe.publish(diffId);
    return new AbsorbedLayer(
        diffId,
        layer.length(),
        entries,
        layer.compression(),
        published,
        recipeLength,
        sink.statistics());
  }

  private TarLimits tarLimits() {
    TarLimits defaults = TarLimits.DEFAULT;
    return new TarLimits(
        limits.entriesMax(),
        defaults.pathBytesMax(),
        defaults.extensionBytesMax(),
        defaults.xattrBytesMax(),
        defaults.extentsMax(),
        limits.expandedMaxBytes());
  }
}
