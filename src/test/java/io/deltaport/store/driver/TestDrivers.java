package io.deltaport.store.driver;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Drivers for tests of what lies above them. */
public final class TestDrivers {
  private static final Durability NONE =
      new Durability() {
        @Override
        public void force(FileChannel file) {}

        @Override
        public void forceFolder(Path folder) {}
      };

  private TestDrivers() {}

  /** Opens a store that does not wait for the disk: for tests that write thousands of files. */
  public static FilesystemDriver withoutFsync(Path root) throws IOException {
    return new FilesystemDriver(root, 0, NONE);
  }
}
