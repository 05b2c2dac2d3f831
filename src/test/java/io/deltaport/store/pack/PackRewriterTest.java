package io.deltaport.store.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectKind;
import io.deltaport.store.ObjectLocation;
import io.deltaport.store.Storage;
import io.deltaport.store.driver.FilesystemDriver;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.store.driver.TestDrivers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a pack is made of, its objects come out of the new one byte for byte. */
final class PackRewriterTest {
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

  private record Bases(Map<Checksum, Checksum> bases) implements PackRewriter.Plan {
    @Override
    public Optional<Checksum> base(Checksum object) {
      return Optional.ofNullable(bases.get(object));
    }

    @Override
    public String path(Checksum object) {
      return "usr/lib/" + object.hex().charAt(0) + (object.hex().charAt(1) < 'a' ? ".py" : "");
    }
  }

  private static final PackRewriter.Plan NONE = new Bases(Map.of());

  private MemoryObjectIndex index(String... packs) throws IOException {
    MemoryObjectIndex index = new MemoryObjectIndex();
    for (String pack : packs) {
      index.add(driver, pack);
    }
    return index;
  }

  private List<PackEntry> entries(String pack) throws IOException {
    List<PackEntry> entries = new ArrayList<>();
    try (PackIndexReader index = PackReader.open(driver, pack).index()) {
      for (PackEntry entry = index.next(); entry != null; entry = index.next()) {
        entries.add(entry);
      }
    }
    return entries;
  }

  private String rewrite(
      MemoryObjectIndex index, String pack, boolean again, PackRewriter.Plan plan)
      throws IOException {
    PackedObjects objects = PackedObjects.verifying(driver, index);
    return new PackRewriter(driver, objects, 9, bytes -> {})
        .rewrite(pack, entries(pack), again, plan)
        .orElseThrow()
        .id();
  }

  private void assertRead(MemoryObjectIndex index, List<byte[]> objects) throws IOException {
    PackedObjects reader = PackedObjects.verifying(driver, index);
    for (byte[] object : objects) {
      try (InputStream in = reader.open(Checksum.of(object))) {
        assertThat(in.readAllBytes()).isEqualTo(object);
      }
    }
  }

  private String write(List<byte[]> objects) throws IOException {
    try (PackWriter writer = new PackWriter(driver)) {
      for (byte[] object : objects) {
        PackKinds.add(writer, object);
      }
      return writer.publish().orElseThrow().id();
    }
  }

  @Test
  void changedObjectsGoAgainstWhatTheyHaveBecome() throws IOException {
    List<byte[]> older = new ArrayList<>();
    List<byte[]> newer = new ArrayList<>();
    Map<Checksum, Checksum> bases = new HashMap<>();
    for (int i = 0; i < 20; i++) {
      List<byte[]> two = PackKinds.releases(2, 3_000 << (i % 10), i);
      older.add(two.get(0));
      newer.add(two.get(1));
      bases.put(Checksum.of(two.get(0)), Checksum.of(two.get(1)));
    }
    String first = write(older);
    String second = write(newer);
    String third = rewrite(index(first, second), first, true, new Bases(bases));
    assertThat(PackReader.open(driver, third).length())
        .isLessThan(PackReader.open(driver, first).length() / 20);
    MemoryObjectIndex now = index(third, second);
    assertRead(now, older);
    assertRead(now, newer);
    assertThat(entries(third)).extracting(PackEntry::storage).containsOnly(Storage.AGAINST_BASE);
    new PackVerifier(driver, now).verify(third);

    String fourth = rewrite(now, third, false, NONE);
    assertThat(fourth).as("copied as it is").isEqualTo(third);
  }

  @Test
  void smallObjectsShareFramesAndLargeOnesAreCopiedOrCompressed() throws IOException {
    List<byte[]> objects = new ArrayList<>();
    Random random = new Random(3);
    for (int i = 0; i < 400; i++) {
      byte[] content =
          ("line " + i + "\n").repeat(random.nextInt(5_000)).getBytes(StandardCharsets.UTF_8);
      objects.add(PackKinds.file("h", content));
    }
    byte[] large = new byte[3_000_000];
    for (int i = 0; i < large.length; i++) {
      large[i] = (byte) (random.nextInt(12) + i % 77);
    }
    objects.add(PackKinds.file("h", large));
    String pack = write(objects);
    for (boolean again : new boolean[] {true, false}) {
      String better = rewrite(index(pack), pack, again, NONE);
      assertRead(index(better), objects);
      new PackVerifier(driver, index(better)).verify(better);
      for (PackEntry entry : entries(better)) {
        assertThat(entry.storage() == Storage.SHARED_FRAME)
            .isEqualTo(entry.length() <= PackRewriter.SMALL_BYTES_MAX);
      }
      String twice = rewrite(index(better), better, false, NONE);
      assertThat(twice).as("there is nothing more to gain").isEqualTo(better);
    }
  }

  @Test
  void everyKindMovesOn() throws IOException {
    List<byte[]> releases = PackKinds.releases(5, 100_000, 4);
    List<byte[]> objects = new ArrayList<>(releases);
    byte[] label = PackKinds.file("label", new byte[70_000]);
    byte[] plain = PackKinds.file("", new byte[70_000]);
    String pack;
    try (PackWriter writer = new PackWriter(driver)) {
      PackKinds.add(writer, releases.get(0));
      for (int i = 1; i < 5; i++) {
        PackKinds.addAgainst(writer, releases.get(i), releases.get(i - 1));
      }
      PackKinds.add(writer, plain);
      byte[] header = Arrays.copyOf(label, label.length - 70_000);
      writer.addHeader(Checksum.of(label), header, Checksum.of(plain), label.length);
      writer.add(Checksum.of(new byte[] {7}), ObjectKind.DIRTREE, new byte[] {7});
      pack = writer.publish().orElseThrow().id();
    }
    objects.addAll(List.of(label, plain, new byte[] {7}));
    String better = rewrite(index(pack), pack, true, NONE);
    assertRead(index(better), objects);
    Map<Checksum, ObjectLocation> places =
        index(better).find(objects.stream().map(Checksum::of).toList());
    assertThat(places).hasSize(objects.size());
    assertThat(entries(better)).extracting(PackEntry::kind).contains(ObjectKind.DIRTREE);
  }

  @Test
  void aDamagedPackIsNotRewritten() throws IOException {
    String pack = write(PackKinds.releases(3, 200_000, 5));
    Path file = driver.path(StoreLayout.pack(pack)).orElseThrow();
    MemoryObjectIndex index = index(pack);
    byte[] bytes = Files.readAllBytes(file);
    bytes[100_000] ^= 4;
    Files.write(file, bytes);
    assertThatThrownBy(() -> rewrite(index, pack, false, NONE))
        .isInstanceOfSatisfying(
            PackFormatException.class, e -> assertThat(e.pack()).isEqualTo(pack));
    try (Stream<Path> packs = Files.walk(root.resolve("packs"))) {
      assertThat(packs.filter(Files::isRegularFile)).hasSize(1);
    }
  }
}
