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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small objects that share a frame. */
final class SharedFramesTest {
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

  private static List<byte[]> objects(int count) {
    List<byte[]> objects = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String text = "from __future__ import annotations\nNUMBER = " + i + "\n";
      objects.add(PackKinds.file("", text.repeat(i % 7).getBytes(StandardCharsets.UTF_8)));
    }
    return objects;
  }

  private String write(List<byte[]> objects) throws IOException {
    try (PackWriter writer = new PackWriter(driver)) {
      writer.addShared(objects.stream().map(PackKinds::whole).toList());
      return writer.publish().orElseThrow().id();
    }
  }

  private MemoryObjectIndex index(String pack) throws IOException {
    MemoryObjectIndex index = new MemoryObjectIndex();
    index.add(driver, pack);
    return index;
  }

  private static byte[] read(PackedObjects reader, byte[] object) throws IOException {
    try (InputStream in = reader.open(Checksum.of(object))) {
      return in.readAllBytes();
    }
  }

  @Test
  void comeBackAndTakeLittle() throws IOException {
    List<byte[]> objects = objects(500);
    String pack = write(objects);
    PackReader reader = PackReader.open(driver, pack);
    assertThat(reader.objects()).as("seven empty ones are one").isLessThan(500);
    long index = (long) reader.objects() * PackFormat.ENTRY_BYTES;
    assertThat(reader.length() - index).isLessThan(20L * reader.objects());
    new PackVerifier(driver, index(pack)).verify(pack);
    PackedObjects read = PackedObjects.verifying(driver, index(pack));
    for (byte[] object : objects) {
      assertThat(read(read, object)).isEqualTo(object);
    }
  }

  @Test
  void neighboursCostOneDecompression() throws IOException {
    List<byte[]> objects = objects(50);
    String pack = write(objects);
    MemoryObjectIndex index = index(pack);
    PackedObjects warm = PackedObjects.verifying(driver, index);
    assertThat(read(warm, objects.getFirst())).isEqualTo(objects.getFirst());
    Files.delete(driver.path(StoreLayout.pack(pack)).orElseThrow());
    for (byte[] object : objects) {
      assertThat(read(warm, object)).as("out of memory").isEqualTo(object);
    }
    PackedObjects cold = PackedObjects.verifying(driver, index);
    assertThatThrownBy(() -> read(cold, objects.getFirst())).isInstanceOf(IOException.class);
  }

  @Test
  void aFrameHoldsNoMoreThanItMay() throws IOException {
    byte[] half = new byte[PackBounds.SHARED_FRAME_BYTES_MAX / 2];
    byte[] other = half.clone();
    other[0] = 1;
    try (PackWriter writer = new PackWriter(driver)) {
      assertThatThrownBy(
              () ->
                  writer.addShared(
                      List.of(
                          PackKinds.whole(half),
                          PackKinds.whole(other),
                          PackKinds.whole(new byte[1]))))
          .isInstanceOf(IllegalArgumentException.class);
      writer.addShared(List.of(PackKinds.whole(half), PackKinds.whole(other)));
      String pack = writer.publish().orElseThrow().id();
      assertThat(read(PackedObjects.verifying(driver, index(pack)), other)).isEqualTo(other);
    }
  }

  @Test
  void aPositionThatDoesNotFitIsRefused() throws IOException {
    List<byte[]> objects = objects(5);
    String pack = write(objects);
    Checksum object = Checksum.of(objects.get(3));
    ObjectLocation right = index(pack).find(List.of(object)).get(object);
    for (long position : new long[] {-1, right.position() + 1, 1 << 20, Long.MAX_VALUE}) {
      ObjectLocation wrong =
          new ObjectLocation(
              pack,
              right.offset(),
              right.storedLength(),
              right.length(),
              Storage.SHARED_FRAME,
              position,
              null);
      PackedObjects reader = PackedObjects.verifying(driver, names -> Map.of(object, wrong));
      assertThatThrownBy(() -> read(reader, objects.get(3)))
          .as("position %d", position)
          .isInstanceOf(PackFormatException.class);
    }
  }
}
