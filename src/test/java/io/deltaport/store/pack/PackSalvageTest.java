package io.deltaport.store.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectLocation;
import io.deltaport.store.Storage;
import io.deltaport.store.driver.FilesystemDriver;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.store.driver.TestDrivers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A damaged frame costs its own objects and what is stored against them. */
final class PackSalvageTest {
  private static final int BYTES = 90_000; // too long for shared frames

  @TempDir Path root;
  private FilesystemDriver driver;
  private final List<byte[]> chain = PackKinds.releases(3, BYTES, 1);
  private final List<byte[]> alone = PackKinds.releases(4, BYTES, 2);
  private final List<byte[]> small = PackKinds.releases(5, 500, 3);
  private String pack;
  private MemoryObjectIndex index;

  @BeforeEach
  void write() throws IOException {
    driver = TestDrivers.withoutFsync(root);
    try (PackWriter writer = new PackWriter(driver)) {
      PackKinds.add(writer, chain.getFirst());
      for (int i = 1; i < chain.size(); i++) {
        PackKinds.addAgainst(writer, chain.get(i), chain.get(i - 1));
      }
      for (byte[] object : alone) {
        PackKinds.add(writer, object);
      }
      writer.addShared(small.stream().map(PackKinds::whole).toList());
      pack = writer.publish().orElseThrow().id();
    }
    index = new MemoryObjectIndex();
    index.add(driver, pack);
  }

  @AfterEach
  void close() throws IOException {
    driver.close();
  }

  private void damage(byte[] object) throws IOException {
    ObjectLocation location = index.find(List.of(Checksum.of(object))).get(Checksum.of(object));
    Path file = root.resolve(StoreLayout.pack(pack));
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) (location.offset() + location.storedLength() / 2)] ^= 4;
    Files.write(file, bytes);
  }

  private void assertSaved(List<byte[]> expected) throws IOException {
    PublishedPack saved = new PackSalvage(driver, index).salvage(pack).orElseThrow();
    assertThat(saved.objects()).isEqualTo(expected.size());
    MemoryObjectIndex now = new MemoryObjectIndex();
    now.add(driver, saved.id());
    new PackVerifier(driver, now).verify(saved.id());
    PackedObjects reader = PackedObjects.verifying(driver, now);
    for (byte[] object : expected) {
      try (InputStream in = reader.open(Checksum.of(object))) {
        assertThat(in.readAllBytes()).isEqualTo(object);
      }
    }
  }

  private List<byte[]> all() {
    List<byte[]> all = new ArrayList<>(chain);
    all.addAll(alone);
    all.addAll(small);
    return all;
  }

  @Test
  void anObjectInAFrameOfItsOwnIsLostAlone() throws IOException {
    damage(alone.get(2));
    List<byte[]> rest = all();
    rest.remove(alone.get(2));
    assertSaved(rest);
  }

  @Test
  void aBaseTakesWhatIsStoredAgainstItAlong() throws IOException {
    damage(chain.getFirst());
    List<byte[]> rest = all();
    rest.removeAll(chain);
    assertSaved(rest);
  }

  @Test
  void aSharedFrameIsLostAsAWhole() throws IOException {
    damage(small.getFirst());
    List<byte[]> rest = all();
    rest.removeAll(small);
    assertSaved(rest);
  }

  @Test
  void whatHasItsPlaceElsewhereIsLeftOut() throws IOException {
    try (PackWriter writer = new PackWriter(driver)) {
      PackKinds.add(writer, alone.getFirst());
      String other = writer.publish().orElseThrow().id();
      MemoryObjectIndex first = new MemoryObjectIndex();
      first.add(driver, other);
      first.add(driver, pack);
      index = first;
    }
    ObjectLocation place =
        index.find(List.of(Checksum.of(alone.getFirst()))).get(Checksum.of(alone.getFirst()));
    List<byte[]> here = all();
    if (!place.pack().equals(pack)) {
      here.remove(alone.getFirst());
    }
    assertThat(place.storage()).isEqualTo(Storage.OWN_FRAME);
    assertSaved(here);
  }

  @Test
  void ofACutPackNothingIsKnown() throws IOException {
    Path file = root.resolve(StoreLayout.pack(pack));
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 100));
    assertThatThrownBy(() -> new PackSalvage(driver, index).salvage(pack))
        .isInstanceOf(PackFormatException.class);
  }
}
