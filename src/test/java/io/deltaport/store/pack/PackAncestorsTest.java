package io.deltaport.store.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectKind;
import io.deltaport.store.ObjectLocation;
import io.deltaport.store.ObjectNotFoundException;
import io.deltaport.store.Storage;
import io.deltaport.store.driver.FilesystemDriver;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.store.driver.TestDrivers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects that are stored against others. */
final class PackAncestorsTest {
  private static final int MAX = ObjectLocation.ANCESTORS_MAX;

  @TempDir Path root;
  private FilesystemDriver driver;

  @BeforeEach
  void open() throws IOException {
    driver = TestDrivers.withoutFsync(root);
  }

  @AfterEach
  void close() throws IOException {
    driver.close();
  }

  private MemoryObjectIndex index(String... packs) throws IOException {
    MemoryObjectIndex index = new MemoryObjectIndex();
    for (String pack : packs) {
      index.add(driver, pack);
    }
    return index;
  }

  private byte[] read(MemoryObjectIndex index, byte[] object) throws IOException {
    try (InputStream in = PackedObjects.verifying(driver, index).open(Checksum.of(object))) {
      return in.readAllBytes();
    }
  }

  @Test
  void theLongestChainIsReadAndALongerOneIsNot() throws IOException {
    List<byte[]> releases = PackKinds.releases(MAX + 2, 300_000, 1);
    String pack = PackKinds.chain(driver, releases);
    assertThat(PackReader.open(driver, pack).length()).isLessThan(330_000);
    MemoryObjectIndex index = index(pack);
    for (byte[] release : releases.subList(0, MAX + 1)) {
      assertThat(read(index, release)).isEqualTo(release);
      try (InputStream in =
          PackedObjects.unverified(driver, index).openContent(Checksum.of(release))) {
        assertThat(in.readAllBytes()).hasSize(300_000);
      }
    }
    assertThatThrownBy(() -> read(index, releases.getLast()))
        .isInstanceOf(ObjectNotFoundException.class)
        .hasMessageContaining(Checksum.of(releases.getLast()).hex());
    assertThatCode(() -> new PackVerifier(driver, index).verify(pack)).doesNotThrowAnyException();
  }

  @Test
  void chainsGoAcrossPacksInAnyOrder() throws IOException {
    List<byte[]> releases = PackKinds.releases(4, 70_000, 2);
    List<String> packs = new ArrayList<>();
    for (int i = 0; i < releases.size(); i++) {
      try (PackWriter writer = new PackWriter(driver)) {
        if (i == 0) {
          PackKinds.add(writer, releases.get(i));
        } else {
          assertThat(PackKinds.addAgainst(writer, releases.get(i), releases.get(i - 1))).isTrue();
          assertThat(PackKinds.addAgainst(writer, releases.get(i), releases.get(i - 1))).isFalse();
        }
        packs.add(writer.publish().orElseThrow().id());
      }
    }
    MemoryObjectIndex index = index(packs.reversed().toArray(String[]::new));
    for (byte[] release : releases) {
      assertThat(read(index, release)).isEqualTo(release);
    }
    Map<Checksum, ObjectLocation> found = index.find(List.of(Checksum.of(releases.getLast())));
    assertThat(found.values())
        .extracting(ObjectLocation::storage)
        .containsOnly(Storage.AGAINST_BASE);
    MemoryObjectIndex without = index(packs.get(1), packs.get(2), packs.get(3));
    assertThatThrownBy(() -> read(without, releases.getLast()))
        .isInstanceOf(ObjectNotFoundException.class);
  }

  @Test
  void aCircleIsNotFollowed() throws IOException {
    List<byte[]> releases = PackKinds.releases(3, 5_000, 3);
    try (PackWriter writer = new PackWriter(driver)) {
      for (int i = 0; i < 3; i++) {
        PackKinds.addAgainst(writer, releases.get(i), releases.get((i + 1) % 3));
      }
      MemoryObjectIndex index = index(writer.publish().orElseThrow().id());
      for (byte[] release : releases) {
        assertThatThrownBy(() -> read(index, release)).isInstanceOf(ObjectNotFoundException.class);
      }
      assertThatThrownBy(() -> PackKinds.addAgainst(writer, releases.get(0), releases.get(0)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aWholeCopyIsPreferred() throws IOException {
    List<byte[]> releases = PackKinds.releases(2, 5_000, 4);
    String forth = PackKinds.chain(driver, releases);
    String back = PackKinds.chain(driver, releases.reversed());
    for (MemoryObjectIndex index : List.of(index(forth, back), index(back, forth))) {
      for (byte[] release : releases) {
        assertThat(read(index, release)).isEqualTo(release);
        assertThat(index.find(List.of(Checksum.of(release))).values())
            .extracting(ObjectLocation::storage)
            .containsOnly(Storage.OWN_FRAME);
      }
    }
  }

  @Test
  void nothingIsStoredAgainstAHeader() throws IOException {
    byte[] content = new byte[9_000];
    byte[] base = PackKinds.file("a", content);
    byte[] labelled = PackKinds.file("label", content);
    byte[] changed = PackKinds.file("a", Arrays.copyOf(content, 9_001));
    try (PackWriter writer = new PackWriter(driver)) {
      PackKinds.add(writer, base);
      writer.addHeader(
          Checksum.of(labelled),
          Arrays.copyOf(labelled, labelled.length - content.length),
          Checksum.of(base),
          labelled.length);
      PackKinds.addAgainst(writer, changed, labelled);
      MemoryObjectIndex index = index(writer.publish().orElseThrow().id());
      assertThat(read(index, labelled)).isEqualTo(labelled);
      assertThatThrownBy(() -> read(index, changed)).isInstanceOf(ObjectNotFoundException.class);
    }
  }

  @Test
  void aHeaderMayHaveTheContentOfAnObjectWithAncestors() throws IOException {
    List<byte[]> releases = PackKinds.releases(MAX + 1, 20_000, 5);
    byte[] last = releases.getLast();
    byte[] content = Arrays.copyOfRange(last, last.length - 20_000, last.length);
    byte[] labelled = PackKinds.file("another", content);
    String chain = PackKinds.chain(driver, releases);
    try (PackWriter writer = new PackWriter(driver)) {
      writer.addHeader(
          Checksum.of(labelled),
          Arrays.copyOf(labelled, labelled.length - content.length),
          Checksum.of(last),
          labelled.length);
      MemoryObjectIndex index = index(chain, writer.publish().orElseThrow().id());
      assertThat(read(index, labelled)).isEqualTo(labelled);
    }
  }

  @Test
  void whatGainsNothingIsNotAdded() throws IOException {
    byte[] one = PackKinds.releases(1, 10_000, 6).getFirst();
    byte[] other = PackKinds.releases(1, 10_000, 7).getFirst();
    try (PackWriter writer = new PackWriter(driver)) {
      assertThat(
              writer.addAgainst(
                  Checksum.of(one), ObjectKind.FILE, one, Checksum.of(other), other, 5_000))
          .isFalse();
      assertThat(writer.objects()).isZero();
      assertThat(writer.length()).isZero();
    }
  }

  @Test
  void damageIsBlamedOnThePackThatHasIt() throws IOException {
    List<byte[]> releases = PackKinds.releases(2, 50_000, 8);
    String first = PackKinds.chain(driver, releases.subList(0, 1));
    String second;
    try (PackWriter writer = new PackWriter(driver)) {
      PackKinds.addAgainst(writer, releases.get(1), releases.get(0));
      second = writer.publish().orElseThrow().id();
    }
    MemoryObjectIndex index = index(first, second);
    PackVerifier verifier = new PackVerifier(driver, index);
    verifier.verify(second);
    Path file = driver.path(StoreLayout.pack(first)).orElseThrow();
    byte[] bytes = Files.readAllBytes(file);
    bytes[20_000] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(() -> read(index, releases.get(1)))
        .isInstanceOfSatisfying(
            PackFormatException.class, e -> assertThat(e.pack()).isEqualTo(first));
    assertThatCode(() -> verifier.verify(second))
        .as("the second pack is as it was written")
        .doesNotThrowAnyException();
    Files.delete(file);
    assertThatCode(() -> verifier.verify(second)).doesNotThrowAnyException();
    assertThatThrownBy(() -> verifier.verify(first)).isInstanceOf(IOException.class);
  }
}
