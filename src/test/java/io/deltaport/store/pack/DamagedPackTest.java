package io.deltaport.store.pack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectKind;
import io.deltaport.store.ObjectLocation;
import io.deltaport.store.driver.FilesystemDriver;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.util.Hex;
import io.deltaport.util.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens to a pack, a reader gets the right bytes or a {@link PackFormatException}. */
final class DamagedPackTest {
  private static final List<String> CONTENTS = List.of("", "a", "some text, some text, some text");

  @TempDir Path root;
  private FilesystemDriver driver;
  private String pack;
  private Path file;
  private byte[] good;

  @BeforeEach
  void writePack() throws IOException {
    driver = new FilesystemDriver(root);
    try (PackWriter writer = new PackWriter(driver)) {
      for (String content : CONTENTS) {
        byte[] object = content.getBytes(UTF_8);
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
  void everyFlippedBitIsFound() throws IOException {
    for (int at = 0; at < good.length; at++) {
      byte[] bad = good.clone();
      bad[at] ^= (byte) (1 << at % 8);
      Files.write(file, bad);
      assertThatThrownBy(() -> PackReader.open(driver, pack).verify())
          .as("byte %d", at)
          .isInstanceOf(PackFormatException.class);
      readsRightOrFails();
    }
  }

  @Test
  void everyCutIsFound() throws IOException {
    for (int length = 0; length < good.length; length++) {
      Files.write(file, Arrays.copyOf(good, length));
      assertThatThrownBy(() -> PackReader.open(driver, pack))
          .isInstanceOf(PackFormatException.class);
    }
    Files.write(file, Arrays.copyOf(good, good.length + 1));
    assertThatThrownBy(() -> PackReader.open(driver, pack)).isInstanceOf(PackFormatException.class);
  }

  @Test
  void randomDamageGivesNothingElse() throws IOException {
    Random random = new Random(42);
    for (int round = 0; round < 500; round++) {
      byte[] bad = good.clone();
      int from = random.nextInt(bad.length);
      for (int i = from; i < Math.min(bad.length, from + 1 + random.nextInt(16)); i++) {
        bad[i] = (byte) random.nextInt();
      }
      Files.write(file, bad);
      readsRightOrFails();
    }
  }

  @Test
  void aSelfConsistentPackThatLiesIsRefusedByItsIndex() throws IOException {
    int index = good.length - PackFormat.FOOT_BYTES - CONTENTS.size() * PackFormat.ENTRY_BYTES;
    assertLieIsRefused(index + PackFormat.ENTRY_KIND_AT, 9, "unknown kind");
    assertLieIsRefused(index + PackFormat.ENTRY_STORAGE_AT, 1, "newer version");
    assertLieIsRefused(index + PackFormat.ENTRY_BYTES - 1, 1, "newer version");
    assertLieIsRefused(index + PackFormat.ENTRY_OFFSET_AT, 1, "outside the pack");
    assertLieIsRefused(index + PackFormat.ENTRY_OFFSET_AT, 0x80, "outside the pack");
    assertLieIsRefused(index + PackFormat.ENTRY_STORED_LENGTH_AT, 0x7f, "outside the pack");
    assertLieIsRefused(index + PackFormat.ENTRY_LENGTH_AT, 0xff, "outside the pack");
    assertLieIsRefused(index, 0xff, "not sorted");
  }

  /** Sets one byte and makes every digest right again. */
  private void assertLieIsRefused(int at, int value, String problem) throws IOException {
    byte[] lie = good.clone();
    lie[at] = (byte) value;
    int footer = lie.length - PackFormat.FOOT_BYTES;
    int index = footer - CONTENTS.size() * PackFormat.ENTRY_BYTES;
    byte[] indexDigest = Sha256.of(Arrays.copyOfRange(lie, index, footer));
    ByteBuffer.wrap(lie).put(footer + 24, indexDigest);
    byte[] digest = Sha256.of(Arrays.copyOf(lie, lie.length - 32));
    ByteBuffer.wrap(lie).put(lie.length - 32, digest);
    String id = Hex.encode(digest);
    Path path = driver.path(StoreLayout.pack(id)).orElseThrow();
    Files.createDirectories(path.getParent());
    Files.write(path, lie);
    assertThatThrownBy(() -> new MemoryObjectIndex().add(driver, id))
        .isInstanceOf(PackFormatException.class)
        .hasMessageContaining(problem)
        .hasMessageContaining(id);
  }

  @Test
  void aLocationThatDoesNotFitIsRefused() throws IOException {
    byte[] object = "a".getBytes(UTF_8);
    ObjectLocation right = locations().find(List.of(Checksum.of(object))).get(Checksum.of(object));
    for (ObjectLocation wrong :
        List.of(
            new ObjectLocation(pack, right.offset(), right.storedLength(), 0),
            new ObjectLocation(pack, right.offset(), right.storedLength(), 2),
            new ObjectLocation(pack, right.offset(), right.storedLength() - 1, 1),
            new ObjectLocation(pack, right.offset() + 1, right.storedLength(), 1),
            new ObjectLocation(pack, right.offset(), good.length, 1),
            new ObjectLocation(pack, good.length, 1, 1))) {
      PackedObjects objects =
          PackedObjects.unverified(driver, names -> Map.of(Checksum.of(object), wrong));
      assertThatThrownBy(
              () -> {
                try (InputStream in = objects.open(Checksum.of(object))) {
                  in.readAllBytes();
                }
              })
          .as("%s", wrong)
          .isInstanceOf(PackFormatException.class);
    }
  }

  private MemoryObjectIndex locations() throws IOException {
    MemoryObjectIndex index = new MemoryObjectIndex();
    index.add(driver, pack);
    return index;
  }

  private void readsRightOrFails() throws IOException {
    try {
      PackedObjects objects = PackedObjects.verifying(driver, locations());
      for (String content : CONTENTS) {
        byte[] expected = content.getBytes(UTF_8);
        try (InputStream in = objects.open(Checksum.of(expected))) {
          assertThat(in.readAllBytes()).isEqualTo(expected);
        }
      }
    } catch (PackFormatException e) {
      assertThat(e).hasMessageContaining(pack);
    }
  }
}
