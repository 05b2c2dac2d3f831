package io.deltaport.delta.ocidelta;

import io.deltaport.delta.DeltaOptions;
import io.deltaport.delta.SourceFile;
import io.deltaport.delta.TargetPart;
import io.deltaport.delta.plain.PlainEncoding;
import io.deltaport.delta.plain.PlainFile;
import io.deltaport.delta.plain.PlainObjects;
import io.deltaport.delta.plain.PlainReport;
import io.deltaport.delta.plain.PlainReport.Pair;
import io.deltaport.delta.plain.PlainTree;
import io.deltaport.delta.tardiff.TarDiffCreator;
import io.deltaport.layer.FlatTree;
import io.deltaport.oci.Descriptor;
import io.deltaport.oci.Digest;
import io.deltaport.store.ObjectReader;
import io.deltaport.store.driver.Driver;
import io.deltaport.util.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Measures what a delta would be if the files of both images that are compressed by themselves,
 * into which no delta looks, were stored plain. Stores no plain file; each is expanded some times.
 */
public final class PlainDelta {
  private final Driver driver;
  private final ObjectReader objects;
  private final DeltaOptions options;

  /**
   * Makes one.
   *
   * @param driver has the recipes and takes the blobs of the delta as it is
   */
  public PlainDelta(Driver driver, ObjectReader objects, DeltaOptions options) {
    this.driver = driver;
    this.objects = objects;
    this.options = options;
  }

  /** An image whose layers all have recipes. */
  public record Absorbed(DeltaImage image, FlatTree tree) {}

  /**
   * Makes both deltas and drops them.
   *
   * @throws DeltaException if there can be no delta between these two
   */
  public PlainReport measure(Absorbed source, Absorbed target, Progress progress)
      throws IOException {
    DeltaImage to = target.image();
    DeltaArtifact now =
        new DeltaBuilder(driver, objects, options)
            .build(source.image(), source.tree(), to, Set.copyOf(to.config().diffIds()), progress);
    PlainObjects plain = new PlainObjects(objects);
    PlainTree sums = PlainTree.of(target.tree(), plain);
    long deltaBytes = now.sizeBytes() + growth(now, source, to, plain, progress);
    long disk = sums.diskBytes();
    long diskGrowth =
        sums.groups().stream().mapToLong(group -> group.plainBytes() - group.packedBytes()).sum();
    long pull = to.manifestBytes().length + to.manifest().totalBytes();
    return new PlainReport(
        new Pair(now.sizeBytes(), deltaBytes),
        new Pair(pull, pull + sums.pullGrowthBytes()),
        new Pair(disk, disk + diskGrowth),
        sums.groups());
  }

  private long growth(
      DeltaArtifact now, Absorbed source, DeltaImage target, PlainObjects plain, Progress progress)
      throws IOException {
    Map<String, Long> carried = new HashMap<>();
    for (Descriptor blob : now.blobs()) {
      Optional.ofNullable(blob.annotations().get(Annotations.TO))
          .ifPresent(layer -> carried.put(layer, blob.size()));
    }
    List<SourceFile> files = sources(source.tree(), plain);
    long growth = 0;
    for (int i = 0; i < target.layers().size(); i++) {
      Long bytes = carried.remove(target.layers().get(i).digest());
      if (bytes != null) {
        growth += bytes(files, target.diffId(i), plain, progress) - bytes;
      }
    }
    return growth;
  }

  private static List<SourceFile> sources(FlatTree tree, PlainObjects objects) throws IOException {
    List<SourceFile> files = new ArrayList<>();
    for (SourceFile file : SourceFiles.of(tree)) {
      Optional<PlainEncoding> encoding = PlainEncoding.of(file.path());
      Optional<PlainFile> plain =
          encoding.isEmpty() ? Optional.empty() : objects.plain(file.object(), encoding.get());
      files.add(
          plain.isEmpty()
              ? file
              : new SourceFile(
                  encoding.get().plainPath(file.path()),
                  plain.get().object(),
                  plain.get().plainBytes()));
    }
    return files;
  }

  private long bytes(List<SourceFile> sources, Digest layer, PlainObjects plain, Progress progress)
      throws IOException {
    try (RecipeTarget target = new RecipeTarget(driver, layer)) {
      Iterable<TargetPart> parts = () -> new PlainParts(target.iterator(), plain);
      Progress ofLayer = (stage, done, total) -> progress.update(stage, done, -1);
      return TarDiffCreator.create(
              sources, parts, plain, OutputStream.nullOutputStream(), options, ofLayer)
          .deltaBytes();
    }
  }
}
