package io.deltaport.wiring;

import io.deltaport.delta.DeltaEffort;
import io.deltaport.delta.DeltaOptions;
import io.deltaport.delta.PatchCache;
import io.deltaport.delta.staticdelta.StaticDeltaOptions;
import io.deltaport.layer.CommitImporter;
import io.deltaport.layer.LayerAbsorber;
import io.deltaport.layer.LayerLimits;
import io.deltaport.layer.TreeCommitter;
import io.deltaport.meta.FileClaims;
import io.deltaport.meta.StoredObjects;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.FilesystemDriver;
import io.quarkus.runtime.configuration.MemorySize;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Makes the parts of the store, which know no framework, into beans. */
@ApplicationScoped
class StoreBeans {
  @Produces
  @ApplicationScoped
  Driver driver(
      @ConfigProperty(name = "deltaport.data") String data,
      @ConfigProperty(name = "deltaport.disk.reserve") MemorySize reserve,
      FileClaims claims)
      throws IOException {
    FilesystemDriver driver =
        new FilesystemDriver(Path.of(data), reserve.asLongValue(), claims::claim);
    driver.removeAbandoned();
    return driver;
  }

  @Produces
  @Singleton
  LayerLimits layerLimits() {
    return LayerLimits.DEFAULT;
  }

  @Produces
  @Singleton
  LayerAbsorber layerAbsorber(Driver driver, StoredObjects objects, LayerLimits limits) {
    return new LayerAbsorber(driver, objects, limits);
  }

  @Produces
  @Singleton
  TreeCommitter treeCommitter(Driver driver, StoredObjects objects) {
    return new TreeCommitter(driver, objects);
  }

  /** Without fallbacks, so that every static delta can be had as a file for offline use. */
  @Produces
  @Singleton
  StaticDeltaOptions staticDeltaOptions(
      @ConfigProperty(name = "deltaport.data") String data,
      @ConfigProperty(name = "deltaport.deltas.effort") DeltaEffort effort,
      PatchCache patches)
      throws IOException {
    return StaticDeltaOptions.defaults()
        .withoutFallbacks()
        .withEffort(effort)
        .withTempFolder(Files.createDirectories(Path.of(data, "work")))
        .withPatches(patches);
  }

  @Produces
  @Singleton
  CommitImporter commitImporter(Driver driver, StoredObjects objects, LayerLimits limits) {
    return new CommitImporter(driver, objects, limits);
  }

  @Produces
  @Singleton
  DeltaOptions deltaOptions(
      @ConfigProperty(name = "deltaport.data") String data,
      @ConfigProperty(name = "deltaport.deltas.effort") DeltaEffort effort,
      PatchCache patches)
      throws IOException {
    return DeltaOptions.defaults()
        .withEffort(effort)
        .withTempFolder(Files.createDirectories(Path.of(data, "work")))
        .withPatches(patches);
  }
}
