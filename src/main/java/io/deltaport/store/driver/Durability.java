package io.deltaport.store.driver;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The two fsyncs that a file needs before anyone may rely on it; tests make them fail. */
interface Durability {
  /** Asks the operating system. */
  Durability FSYNC =
      new Durability() {
        @Override
        public void force(FileChannel file) throws IOException {
          file.force(true);
        }

        @Override
        public void forceFolder(Path folder) throws IOException {
          try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
          }
        }
      };

  /** Makes a file's content and length durable. */
  void force(FileChannel file) throws IOException;

  /** Makes the names in a folder durable. */
  void forceFolder(Path folder) throws IOException;
}
