package io.deltaport.store.pack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectLocation;
import io.deltaport.store.Storage;
import io.deltaport.store.driver.FilesystemDriver;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.store.driver.TestDrivers;
import io.deltaport.util.Hex;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pack with a base and a shared frame, as it was first written: every later version reads it. */
final class PackAncestorsFixtureTest {
  private static final String ID =
      "140839782e7d1660c52bbbd1967c7be5ad8666d640a92114c648e59e2a91de03";

  private static final String PACK =
      """
      44505041434b0d0a000000010000000028b52ffd202529010000000001000000
      0068612066696c65206f6620746865206e657765722072656c656173650a28b5
      2ffd20255d0000186f6c640200c018542b2028b52ffd2018ad00007800000001
      00000000686f6e6574776f01002f4a1229f2fcdb98c64f4bfc378933ab80dc6e
      79e45d1efc0c9bd65f558ce0a77b5c4a000000000000003e0000000000000014
      00000000000000250101000000000000cf0e83fc33f9489aa8ae91469a84c8fd
      fa44c473c35bd1f9feb831c2981cc33e6df16d853f29f27750f5ac2e298865dc
      a080fdfc846b21a6f2632355a49a83ae0000000000000052000000000000001e
      000000000000000c010200000000000000000000000000000000000000000000
      000000000000000000000000000000008aa076ceed3195aaefbf603863b18383
      9108025653e1fb45b987d6f4e1480f590000000000000052000000000000001e
      000000000000000c01020000000c000000000000000000000000000000000000
      00000000000000000000000000000000cf0e83fc33f9489aa8ae91469a84c8fd
      fa44c473c35bd1f9feb831c2981cc33e0000000000000010000000000000002e
      0000000000000025010000000000000000000000000000000000000000000000
      0000000000000000000000000000000000000000000000700000000000000180
      00000000000000045b404da4484ac3b08bb770f7c4506e890b7a0bb690ee5d3a
      95808a0f8949842f00000001000000034450504b454e440a140839782e7d1660
      c52bbbd1967c7be5ad8666d640a92114c648e59e2a91de03
      """;

  @TempDir Path root;

  @Test
  void isRead() throws IOException {
    List<byte[]> objects = new ArrayList<>();
    for (String content :
        List.of("a file of the newer release\n", "a file of the older release\n", "one", "two")) {
      objects.add(PackKinds.file("h", content.getBytes(UTF_8)));
    }
    try (FilesystemDriver driver = TestDrivers.withoutFsync(root)) {
      Path file = driver.path(StoreLayout.pack(ID)).orElseThrow();
      Files.createDirectories(file.getParent());
      Files.write(file, Hex.decode(PACK.replaceAll("\\s", "")));
      MemoryObjectIndex index = new MemoryObjectIndex();
      index.add(driver, ID);
      new PackVerifier(driver, index).verify(ID);
      PackedObjects reader = PackedObjects.verifying(driver, index);
      for (byte[] object : objects) {
        try (InputStream in = reader.open(Checksum.of(object))) {
          assertThat(in.readAllBytes()).isEqualTo(object);
        }
      }
      assertThat(index.find(objects.stream().map(Checksum::of).toList()).values())
          .extracting(ObjectLocation::storage)
          .containsExactlyInAnyOrder(
              Storage.OWN_FRAME, Storage.AGAINST_BASE, Storage.SHARED_FRAME, Storage.SHARED_FRAME);
    }
  }
}
