package io.deltaport.wiring;

import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.FilesystemDriver;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.io.IOException;
import java.nio.file.Path;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Makes the parts of the store, which know no framework, into beans. */
@ApplicationScoped
class StoreBeans {
  @Produces
  @ApplicationScoped
  Driver driver(@ConfigProperty(name = "deltaport.data") String data) throws IOException {
    FilesystemDriver driver = new FilesystemDriver(Path.of(data));
    driver.removeAbandoned();
    return driver;
  }
}
