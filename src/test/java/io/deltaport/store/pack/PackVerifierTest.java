package io.deltaport.store.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectKind;
import io.deltaport.store.driver.FilesystemDriver;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.store.driver.TestDrivers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pack is verified as a whole and object by object. */
final class PackVerifierTest {
  @TempDir Path root;

  private FilesystemDriver driver;
  private PackVerifier verifier;
  private String pack;
  private Path file;
  private byte[] good;

  @BeforeEach
  void writePack() throws IOException {
    driver = TestDrivers.withoutFsync(root);
    verifier = new PackVerifier(driver, new MemoryObjectIndex());
    Random random = new Random(7);
    try (PackWriter writer = new PackWriter(driver)) {
      for (int size : new int[] {0, 1, 300, 70_000, 2_000_000}) {
        byte[] object = new byte[size];
        random.nextBytes(object);
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
}
