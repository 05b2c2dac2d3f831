package io.deltaport.store.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.ContentHeader;
import io.deltaport.store.ObjectNotFoundException;
import io.deltaport.store.driver.FilesystemDriver;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.store.driver.TestDrivers;
import io.deltaport.util.Hex;
import io.deltaport.util.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pack that has objects of every kind gives the right bytes or an error, whatever happens. */
final class DamagedKindsTest {
  @TempDir Path root;
  private FilesystemDriver driver;
  private final List<byte[]> objects = new ArrayList<>();
  private String pack;
  private int rows;
  private Path file;
  private byte[] good;

  @BeforeEach
  void writePack() throws IOException {
    driver = TestDrivers.withoutFsync(root);
    List<byte[]> releases = PackKinds.releases(4, 600, 9);
    byte[] content = Arrays.copyOfRange(releases.get(3), 15, releases.get(3).length);
    byte[] header = ContentHeader.regular(0, 0, 0644, List.of()).encode();
    byte[] labelled = Arrays.copyOf(header, header.length + content.length);
    System.arraycopy(content, 0, labelled, header.length, content.length);
    objects.addAll(releases);
    objects.add(labelled);
    try (PackWriter writer = new PackWriter(driver)) {
      PackKinds.add(writer, releases.get(0));
      for (int i = 1; i < 4; i++) {
        assertThat(PackKinds.addAgainst(writer, releases.get(i), releases.get(i - 1))).isTrue();
      }
      writer.addHeader(
          Checksum.of(labelled), header, Checksum.of(releases.get(3)), labelled.length);
      List<PackWriter.Whole> shared = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        byte[] small = PackKinds.file("s", new byte[i * 3]);
        objects.add(small);
        shared.add(PackKinds.whole(small));
      }
      writer.addShared(shared);
      PublishedPack written = writer.publish().orElseThrow();
      pack = written.id();
      rows = written.objects();
    }
    file = driver.path(StoreLayout.pack(pack)).orElseThrow();
    good = Files.readAllBytes(file);
  }

  @AfterEach
  void close() throws IOException {
    driver.close();
  }

  private static MemoryObjectIndex index(FilesystemDriver driver, String pack) throws IOException {
    MemoryObjectIndex index = new MemoryObjectIndex();
    index.add(driver, pack);
    return index;
  }

  /** Reads every object through an index that was made before or after the damage. */
  private int readRightOrFail(MemoryObjectIndex index) throws IOException {
    PackedObjects reader = PackedObjects.verifying(driver, index);
    int right = 0;
    for (byte[] expected : objects) {
      try (InputStream in = reader.open(Checksum.of(expected))) {
        assertThat(in.readAllBytes()).isEqualTo(expected);
        right++;
      } catch (PackFormatException | ObjectNotFoundException e) {
        assertThat(e).hasMessageMatching("(?s).+");
      }
    }
    return right;
  }

  @Test
  void undamagedItIsRead() throws IOException {
    MemoryObjectIndex index = index(driver, pack);
    assertThat(readRightOrFail(index)).isEqualTo(objects.size());
    new PackVerifier(driver, index).verify(pack);
  }

  @Test
  void everyFlippedByteIsFound() throws IOException {
    MemoryObjectIndex before = index(driver, pack);
    for (int at = 0; at < good.length; at++) {
      byte[] bad = good.clone();
      bad[at] ^= (byte) (1 << at % 8);
      Files.write(file, bad);
      readRightOrFail(before);
      try {
        readRightOrFail(index(driver, pack));
      } catch (PackFormatException e) {
        assertThat(e.pack()).isEqualTo(pack);
      }
      assertThatThrownBy(() -> new PackVerifier(driver, before).verify(pack))
          .as("byte %d", at)
          .isInstanceOf(PackFormatException.class);
    }
  }

  @Test
  void everyCutIsFound() throws IOException {
    MemoryObjectIndex before = index(driver, pack);
    for (int length = 0; length < good.length; length += 7) {
      Files.write(file, Arrays.copyOf(good, length));
      readRightOrFail(before);
      assertThatThrownBy(() -> index(driver, pack)).isInstanceOf(PackFormatException.class);
    }
  }

  @Test
  void aPackWhoseDigestsAreRightMayLieAsItLikes() throws IOException {
    Random random = new Random(10);
    int entry = PackFormat.ENTRY_BYTES + PackFormat.BASE_BYTES;
    int start = good.length - PackFormat.FOOT_BYTES - rows * entry;
    int refused = 0;
    for (int round = 0; round < 600; round++) {
      byte[] lie = good.clone();
      int row = start + random.nextInt(rows) * entry;
      switch (round % 4) {
        case 0 -> lie[row + PackFormat.ENTRY_STORAGE_AT] = (byte) random.nextInt(5);
        case 1 -> lie[row + PackFormat.ENTRY_POSITION_AT + 3] = (byte) random.nextInt();
        case 2 ->
            // Another object of this pack, so that there may be circles.
            System.arraycopy(
                good,
                start + random.nextInt(rows) * entry,
                lie,
                row + PackFormat.ENTRY_BYTES,
                PackFormat.BASE_BYTES);
        default -> lie[row + 32 + random.nextInt(entry - 32)] = (byte) random.nextInt();
      }
      String id = rewritten(lie);
      try {
        MemoryObjectIndex index = index(driver, id);
        readRightOrFail(index);
      } catch (PackFormatException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(30, 570);
  }

  /** Makes every digest right again and stores the pack under its name. */
  private String rewritten(byte[] lie) throws IOException {
    int entry = PackFormat.ENTRY_BYTES + PackFormat.BASE_BYTES;
    int footer = lie.length - PackFormat.FOOT_BYTES;
    byte[] index = Arrays.copyOfRange(lie, footer - rows * entry, footer);
    ByteBuffer.wrap(lie).put(footer + 24, Sha256.of(index));
    byte[] digest = Sha256.of(Arrays.copyOf(lie, lie.length - 32));
    ByteBuffer.wrap(lie).put(lie.length - 32, digest);
    Path path = driver.path(StoreLayout.pack(Hex.encode(digest))).orElseThrow();
    Files.createDirectories(path.getParent());
    Files.write(path, lie);
    return Hex.encode(digest);
  }
}
