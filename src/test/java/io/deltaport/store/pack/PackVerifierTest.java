package io.deltaport.store.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectKind;
import io.deltaport.store.ObjectLocation;
import io.deltaport.store.driver.FilesystemDriver;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.store.driver.TestDrivers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pack is verified whole, and what is left of a damaged one is saved. */
final class PackVerifierTest {
  @TempDir Path root;

  private final List<byte[]> objects = new ArrayList<>();
  private FilesystemDriver driver;
  private PackVerifier verifier;
  private String pack;
  private Path file;
  private byte[] good;

  @BeforeEach
  void writePack() throws IOException {
    driver = TestDrivers.withoutFsync(root);
    verifier = new PackVerifier(driver);
    Random random = new Random(7);
    try (PackWriter writer = new PackWriter(driver)) {
      for (int size : new int[] {0, 1, 300, 70_000, 2_000_000}) {
        byte[] object = new byte[size];
        random.nextBytes(object);
        objects.add(object);
        writer.add(Checksum.of(object), ObjectKind.FILE, object);
      }
      pack = writer.publish().orElseThrow().id();
    }
    file = driver.path(StoreLayout.pack(pack)).orElseThrow();
    good = Files.readAllBytes(file);
  }

  @AfterEach
  void close() throws IOException {
    driver.close();
  }

  @Test
  void aWholePackPasses() {
    assertThatCode(() -> verifier.verify(pack)).doesNotThrowAnyException();
  }

  @Test
  void damageIsFoundWhereverItIs() throws IOException {
    Random random = new Random(11);
    for (int round = 0; round < 50; round++) {
      byte[] bad = good.clone();
      bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, bad);
      assertThatThrownBy(() -> verifier.verify(pack))
          .isInstanceOfSatisfying(
              PackFormatException.class, e -> assertThat(e.pack()).isEqualTo(pack));
    }
    Files.write(file, Arrays.copyOf(good, good.length / 2));
    assertThatThrownBy(() -> verifier.verify(pack)).isInstanceOf(PackFormatException.class);
    Files.write(file, new byte[good.length]);
    assertThatThrownBy(() -> verifier.verify(pack)).isInstanceOf(PackFormatException.class);
    Files.delete(file);
    assertThatThrownBy(() -> verifier.verify(pack)).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void allButTheDamagedObjectAreSaved() throws IOException {
    MemoryObjectIndex index = new MemoryObjectIndex();
    index.add(driver, pack);
    Checksum lost = Checksum.of(objects.get(3));
    ObjectLocation location = index.find(List.of(lost)).get(lost);
    good[(int) (location.offset() + location.storedLength() / 2)] ^= 1;
    Files.write(file, good);

    PublishedPack saved = verifier.salvage(pack).orElseThrow();
    verifier.verify(saved.id());
    assertThat(saved.objects()).isEqualTo(objects.size() - 1);
    MemoryObjectIndex left = new MemoryObjectIndex();
    left.add(driver, saved.id());
    for (byte[] object : objects) {
      if (!Checksum.of(object).equals(lost)) {
        try (InputStream in = PackedObjects.verifying(driver, left).open(Checksum.of(object))) {
          assertThat(in.readAllBytes()).isEqualTo(object);
        }
      }
    }
    assertThat(left.find(List.of(lost))).isEmpty();
  }

  @Test
  void nothingIsSavedWithoutAnIndex() throws IOException {
    good[good.length - PackFormat.FOOT_BYTES - 5] ^= 1;
    Files.write(file, good);
    assertThat(verifier.salvage(pack)).isEqualTo(Optional.empty());
    Files.write(file, Arrays.copyOf(good, good.length - 1));
    assertThat(verifier.salvage(pack)).isEqualTo(Optional.empty());
  }
}
