package io.deltaport.store.pack;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.DirMeta;
import io.deltaport.ostree.DirTree;
import io.deltaport.store.driver.FilesystemDriver;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.store.driver.TestDrivers;
import io.deltaport.util.Hex;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pack as version 1 wrote it: every later version reads it. */
final class PackVersion1Test {
  static final String ID = "73a85d057b441a96c7a6156ddfce18c5563af7119cb71a993862612b9341e1c4";

  /** Holds an empty folder's dirtree and a dirmeta of mode 0755. */
  static final String PACK =
      """
      44505041434b0d0a 00000001 00000000
      28b52ffd200c6100000000000000000000000041ed 28b52ffd2001090000 00
      446a0ef11b7cc167f3b603e585c7eeeeb675faa412d5ec73f62988eb0b6c5488
      0000000000000010 0000000000000015 000000000000000c 03 00 000000000000
      6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d
      0000000000000025 000000000000000a 0000000000000001 02 00 000000000000
      000000000000002f 0000000000000080 0000000000000002
      a4a5ea9fa06c304c562b7bb0c11cb6fc3e0537e265641cf185c0b13b4eeedb10
      00000001 00000000 4450504b454e440a
      73a85d057b441a96c7a6156ddfce18c5563af7119cb71a993862612b9341e1c4
      """;

  @TempDir Path root;

  @Test
  void isRead() throws IOException {
    try (FilesystemDriver driver = TestDrivers.withoutFsync(root)) {
      Path file = driver.path(StoreLayout.pack(ID)).orElseThrow();
      Files.createDirectories(file.getParent());
      Files.write(file, Hex.decode(PACK.replaceAll("\\s", "")));

      PackReader.open(driver, ID).verify();
      MemoryObjectIndex index = new MemoryObjectIndex();
      index.add(driver, ID);
      PackedObjects objects = PackedObjects.verifying(driver, index);
      for (byte[] object :
          List.of(
              new DirMeta(0, 0, 0040755, List.of()).encode(),
              new DirTree(List.of(), List.of()).encode())) {
        try (InputStream in = objects.open(Checksum.of(object))) {
          assertThat(in.readAllBytes()).isEqualTo(object);
        }
      }
    }
  }
}
