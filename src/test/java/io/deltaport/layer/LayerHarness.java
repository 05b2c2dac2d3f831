package io.deltaport.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.oci.Digest;
import io.deltaport.store.driver.FilesystemDriver;
import io.deltaport.store.driver.TestDrivers;
import io.deltaport.store.pack.MemoryObjectIndex;
import io.deltaport.store.pack.PackReader;
import io.deltaport.store.pack.PackedObjects;
import io.deltaport.util.Progress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A store in a folder with its index in memory; closing fails when anything unfinished stays. */
final class LayerHarness implements AutoCloseable {
  private final Path root;
  private final FilesystemDriver driver;
  private final MemoryObjectIndex index = new MemoryObjectIndex();
  private LayerLimits limits = LayerLimits.DEFAULT;

  LayerHarness(Path root) throws IOException {
    this.root = root;
    this.driver = TestDrivers.withoutFsync(root);
  }

  LayerHarness limits(LayerLimits newLimits) {
    limits = newLimits;
    return this;
  }

  FilesystemDriver driver() {
    return driver;
  }

  MemoryObjectIndex index() {
    return index;
  }

  PackedObjects objects() {
    return PackedObjects.verifying(driver, index);
  }

  /** Absorbs a layer and makes its objects known. */
  AbsorbedLayer absorb(byte[] blob) throws IOException {
    return absorb(new ByteArrayInputStream(blob), blob.length);
  }

  AbsorbedLayer absorb(InputStream blob, long length) throws IOException {
    AbsorbedLayer layer =
        new LayerAbsorber(driver, index, limits).absorb(blob, length, Progress.NONE);
    if (layer.pack().isPresent()) {
      PackReader.open(driver, layer.pack().get().id()).verify();
      index.add(driver, layer.pack().get().id());
    }
    return layer;
  }

  byte[] rebuild(Digest diffId) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new TarRebuilder(driver, index).rebuild(diffId, out);
    return out.toByteArray();
  }

  /** Absorbs a plain tar and checks that the very same bytes come back. */
  AbsorbedLayer roundTrip(byte[] tar) throws IOException {
    AbsorbedLayer layer = absorb(tar);
    assertThat(layer.diffId()).isEqualTo(Digest.sha256(tar));
    assertThat(layer.tarLength()).isEqualTo(tar.length);
    assertThat(rebuild(layer.diffId())).isEqualTo(tar);
    return layer;
  }

  /** Absorbs plain tars, the bottom one first, and applies them. */
  FlatTree flatten(byte[]... tars) throws IOException {
    Flattener flattener = new Flattener(limits);
    for (byte[] tar : tars) {
      flattener.apply(driver, roundTrip(tar).diffId());
    }
    return flattener.tree();
  }

  /** Names the published files and those still in the making. */
  List<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString())
          .filter(name -> !name.endsWith(".lock"))
          .sorted()
          .toList();
    }
  }

  @Override
  public void close() throws IOException {
    assertThat(files()).noneMatch(name -> name.startsWith("temp") || name.startsWith("pending"));
    driver.close();
  }
}
