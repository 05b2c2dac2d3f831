package io.deltaport.cli;

import io.deltaport.delta.ocidelta.DeltaImage;
import io.deltaport.layer.AbsorbedLayer;
import io.deltaport.layer.FlatTree;
import io.deltaport.layer.Flattener;
import io.deltaport.layer.LayerAbsorber;
import io.deltaport.layer.LayerLimits;
import io.deltaport.layer.NotAbsorbableException;
import io.deltaport.oci.Descriptor;
import io.deltaport.oci.Digest;
import io.deltaport.oci.OciLayout;
import io.deltaport.store.ObjectReader;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.FilesystemDriver;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.store.pack.MemoryObjectIndex;
import io.deltaport.store.pack.PackedObjects;
import io.deltaport.util.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A store that lives as long as one run of the tool. Not thread-safe. */
final class Workspace implements AutoCloseable {
  private final Path folder;
  private final FilesystemDriver driver;
  private final MemoryObjectIndex index = new MemoryObjectIndex();
  private final LayerAbsorber absorber;

  private Workspace(Path folder) throws IOException {
    this.folder = folder;
    this.driver = new FilesystemDriver(folder);
    this.absorber = new LayerAbsorber(driver, index, LayerLimits.DEFAULT);
  }

  /** Makes one beside a file that is to be written, where there is room for its kind. */
  static Workspace beside(Path file) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    Files.createDirectories(parent);
    return new Workspace(Files.createTempDirectory(parent, ".deltaport-"));
  }

  Path folder() {
    return folder;
  }

  Driver driver() {
    return driver;
  }

  ObjectReader objects() {
    return PackedObjects.verifying(driver, index);
  }

  /** Takes in every layer of an image. */
  void absorbAll(DeltaImage image, OciLayout layout, Progress progress) throws IOException {
    for (int i = 0; i < image.layers().size(); i++) {
      Descriptor layer = image.layers().get(i);
      Digest diffId;
      try {
        diffId = absorb(layer, layout, progress);
      } catch (NotAbsorbableException e) {
        throw new CliException("the layer " + layer.digest() + " " + e.getMessage(), e);
      }
      if (!diffId.equals(image.diffId(i))) {
        throw new CliException(
            "the layer "
                + layer.digest()
                + " has the diff_id "
                + diffId
                + ", not the one that the image's config states");
      }
    }
  }

  /** Takes in a layer and returns its diff_id. */
  Digest absorb(Descriptor layer, OciLayout layout, Progress progress) throws IOException {
    Digest digest = layer.parsedDigest();
    try (InputStream blob = layout.open(digest)) {
      AbsorbedLayer absorbed = absorber.absorb(blob, layout.length(digest), progress);
      if (absorbed.pack().isPresent()) {
        index.add(driver, absorbed.pack().get().id());
      }
      return absorbed.diffId();
    }
  }

  /** Applies the layers of an image that was taken in. */
  FlatTree flatten(DeltaImage image) throws IOException {
    Flattener flattener = new Flattener(LayerLimits.DEFAULT);
    for (Digest diffId : image.config().diffIds()) {
      flattener.apply(driver, diffId);
    }
    return flattener.tree();
  }

  boolean has(Digest digest) throws IOException {
    try {
      return driver.length(StoreLayout.blob(digest)) >= 0;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  InputStream open(Digest digest) throws IOException {
    String key = StoreLayout.blob(digest);
    return driver.read(key, 0, driver.length(key));
  }

  @Override
  public void close() throws IOException {
    driver.close();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
