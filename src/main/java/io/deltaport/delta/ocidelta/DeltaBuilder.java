package io.deltaport.delta.ocidelta;

import io.deltaport.delta.DeltaOptions;
import io.deltaport.delta.SourceFile;
import io.deltaport.delta.tardiff.TarDiffCreator;
import io.deltaport.layer.FlatTree;
import io.deltaport.oci.Descriptor;
import io.deltaport.oci.Digest;
import io.deltaport.oci.MediaTypes;
import io.deltaport.store.ObjectReader;
import io.deltaport.store.driver.Driver;
import io.deltaport.util.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes delta artifacts: for each target layer that the source lacks a tar-diff, or the layer
 * itself where that is smaller. Thread-safe. The blobs go to the store under their digests.
 */
public final class DeltaBuilder {
  private final Driver driver;
  private final ObjectReader objects;
  private final DeltaOptions options;

  /**
   * Makes a builder.
   *
   * @param driver has the recipes and takes the blobs
   */
  public DeltaBuilder(Driver driver, ObjectReader objects, DeltaOptions options) {
    this.driver = driver;
    this.objects = objects;
    this.options = options;
  }

  /**
   * Makes the delta.
   *
   * @param sourceTree the flattened source
   * @param absorbed diff_ids of the target's layers that have a recipe; the others are carried as
   *     they are
   * @throws DeltaException if there can be no delta between these two
   */
  public DeltaArtifact build(
      DeltaImage source,
      FlatTree sourceTree,
      DeltaImage target,
      Set<Digest> absorbed,
      Progress progress)
      throws IOException {
    checkPair(source, target);
    List<SourceFile> sourceFiles = SourceFiles.of(sourceTree);
    Set<String> sourceDiffIds = new TreeSet<>();
    source.config().diffIds().forEach(diffId -> sourceDiffIds.add(diffId.toString()));
    CompressedContent compressed = new CompressedContent();
    DeltaManifest manifest = new DeltaManifest(source, target);
    for (int i = 0; i < target.layers().size(); i++) {
      Descriptor layer = target.layers().get(i);
      Digest diffId = target.diffId(i);
      if (sourceDiffIds.contains(diffId.toString())) {
        manifest.addReused(layer, diffId);
      } else if (absorbed.contains(diffId)) {
        Descriptor diff = smaller(sourceFiles, layer, diffId, compressed, progress);
        manifest.addLayer(diff, layer);
        long bytes = compressed.take();
        manifest.addCompressed(diff.equals(layer) ? 0 : Math.min(bytes, diff.size()));
      } else {
        manifest.addLayer(layer, layer);
      }
    }
    return store(manifest, target);
  }

  /**
   * Refuses pairs between which no device could go.
   *
   * @throws DeltaException if the images are the same or for different machines
   */
  public static void checkPair(DeltaImage source, DeltaImage target) throws DeltaException {
    if (source.digest().equals(target.digest())) {
      throw new DeltaException("both images are " + source.digest() + "; nothing would change");
    }
    if (!Objects.equals(source.config().platform(), target.config().platform())) {
      throw new DeltaException(
          "the images are for different machines: "
              + source.config().platform()
              + " and "
              + target.config().platform());
    }
  }

  private Descriptor smaller(
      List<SourceFile> sourceFiles,
      Descriptor layer,
      Digest diffId,
      CompressedContent compressed,
      Progress progress)
      throws IOException {
    try (BlobWriter writer = new BlobWriter(driver);
        RecipeTarget parts = new RecipeTarget(driver, diffId)) {
      long tarLength = parts.tarLength();
      Progress ofLayer = (stage, done, total) -> progress.update(stage, done, tarLength);
      TarDiffCreator.create(
          sourceFiles,
          parts,
          objects,
          writer.output(),
          options.withMatches(compressed.and(options.matches())),
          ofLayer);
      long length = writer.length();
      return length < layer.size()
          ? Descriptor.of(Annotations.TAR_DIFF, writer.publish(), length)
          : layer;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private DeltaArtifact store(DeltaManifest manifest, DeltaImage target) throws IOException {
    Digest empty = BlobWriter.store(driver, DeltaManifest.EMPTY_CONFIG);
    BlobWriter.store(driver, target.manifestBytes());
    BlobWriter.store(driver, target.configBytes());
    List<Descriptor> blobs = new ArrayList<>();
    blobs.add(Descriptor.of(MediaTypes.OCI_EMPTY, empty, DeltaManifest.EMPTY_CONFIG.length));
    blobs.addAll(manifest.layers());
    byte[] bytes = manifest.encode();
    long size = bytes.length;
    for (Descriptor blob : blobs) {
      size += blob.size();
    }
    long full = target.manifestBytes().length + target.manifest().totalBytes();
    return new DeltaArtifact(bytes, Digest.sha256(bytes), blobs, size, full);
  }
}
