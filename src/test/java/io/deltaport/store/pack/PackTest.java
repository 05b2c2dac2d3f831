package io.deltaport.store.pack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectKind;
import io.deltaport.store.ObjectNotFoundException;
import io.deltaport.store.driver.FilesystemDriver;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.util.Hex;
import io.deltaport.util.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PackTest {
  @TempDir Path root;
  private FilesystemDriver driver;

  @BeforeEach
  void open() throws IOException {
    driver = new FilesystemDriver(root);
  }

  @AfterEach
  void nothingUnfinishedStays() throws IOException {
    try (Stream<Path> files = Files.walk(root.resolve("temp"))) {
      assertThat(files.filter(Files::isRegularFile).map(Path::getFileName).map(Path::toString))
          .allMatch(name -> name.endsWith(".lock"));
    }
    driver.close();
  }

  @Test
  void objectsOfEverySizeComeBack() throws IOException {
    List<byte[]> objects = new ArrayList<>();
    for (int size : new int[] {0, 1, 100, 131_071, 131_072, 131_073, 1_000_000, 5_000_000}) {
      objects.add(compressible(size));
      objects.add(random(size + 1));
    }
    PublishedPack pack;
    try (PackWriter writer = new PackWriter(driver)) {
      boolean streamed = false;
      for (byte[] object : objects) {
        streamed = !streamed;
        assertThat(streamed ? stream(writer, object) : add(writer, object)).isTrue();
      }
      assertThat(writer.objects()).isEqualTo(objects.size());
      pack = writer.publish().orElseThrow();
    }
    PackReader reader = PackReader.open(driver, pack.id());
    reader.verify();
    assertThat(reader.objects()).isEqualTo(objects.size()).isEqualTo(pack.objects());
    assertThat(reader.length()).isEqualTo(pack.length());
    assertThat(driver.length(StoreLayout.pack(pack.id()))).isEqualTo(pack.length());
    PackedObjects read = PackedObjects.verifying(driver, index(pack));
    for (byte[] object : objects) {
      try (InputStream in = read.open(Checksum.of(object))) {
        assertThat(in.readAllBytes()).isEqualTo(object);
      }
    }
  }

  @Test
  void framesAreOrdinaryZstd() throws IOException {
    byte[] object = compressible(200_000);
    PublishedPack pack = packOf(object);
    byte[] file = bytesOf(pack);
    PackEntry entry = entries(pack).getFirst();
    byte[] frame =
        Arrays.copyOfRange(
            file, (int) entry.offset(), (int) (entry.offset() + entry.storedLength()));
    assertThat(Zstd.getFrameContentSize(frame)).isEqualTo(object.length);
    assertThat(Zstd.decompress(frame, object.length)).isEqualTo(object);
  }

  @Test
  void theNameIsTheDigestOfAllButTheLast32Bytes() throws IOException {
    PublishedPack pack = packOf("x".getBytes(UTF_8));
    byte[] file = bytesOf(pack);
    byte[] hashed = Arrays.copyOf(file, file.length - Sha256.LENGTH_BYTES);
    assertThat(Hex.encode(Sha256.of(hashed))).isEqualTo(pack.id());
  }

  @Test
  void anObjectIsStoredOnce() throws IOException {
    try (PackWriter writer = new PackWriter(driver)) {
      byte[] object = compressible(3_000);
      assertThat(add(writer, object)).isTrue();
      long length = writer.length();
      assertThat(add(writer, object)).isFalse();
      assertThat(stream(writer, object)).isFalse();
      assertThat(writer.length()).isEqualTo(length);
      assertThat(writer.contains(Checksum.of(object))).isTrue();
      assertThat(writer.publish().orElseThrow().objects()).isEqualTo(1);
    }
  }

  @Test
  void whatIsRolledBackLeavesNoTrace() throws IOException {
    PublishedPack plain = packOf(compressible(10), compressible(20));
    driver.delete(StoreLayout.pack(plain.id()));
    try (PackWriter writer = new PackWriter(driver)) {
      add(writer, compressible(10));
      for (int size : new int[] {0, 5, 2_000_000}) {
        PackObject object = writer.begin(ObjectKind.FILE, 3_000_000);
        object.write(random(size));
        object.rollBack();
      }
      add(writer, compressible(20));
      assertThat(writer.publish()).contains(plain);
    }
    PackReader.open(driver, plain.id()).verify();
  }

  @Test
  void theAnnouncedLengthIsKept() throws IOException {
    try (PackWriter writer = new PackWriter(driver)) {
      PackObject object = writer.begin(ObjectKind.FILE, 5);
      assertThatThrownBy(() -> object.write(new byte[6])).isInstanceOf(IOException.class);
      object.write(new byte[4]);
      assertThatThrownBy(object::keep).isInstanceOf(IOException.class).hasMessageContaining("4 of");
      assertThatThrownBy(() -> writer.begin(ObjectKind.FILE, 1))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(writer::publish).isInstanceOf(IllegalStateException.class);
      object.rollBack();
      assertThat(writer.publish()).isEmpty();
    }
  }

  @Test
  void aPackOfNothingIsNoPack() throws IOException {
    try (PackWriter writer = new PackWriter(driver)) {
      assertThat(writer.publish()).isEmpty();
    }
    assertThat(root.resolve("packs")).doesNotExist();
  }

  @Test
  void anUnpublishedPackVanishes() throws IOException {
    try (PackWriter writer = new PackWriter(driver)) {
      add(writer, random(300_000));
      writer.begin(ObjectKind.FILE, 9).write(1);
    }
    assertThat(root.resolve("packs")).doesNotExist();
  }

  @Test
  void theIndexIsSortedAndTellsKinds() throws IOException {
    PublishedPack pack;
    try (PackWriter writer = new PackWriter(driver)) {
      for (int i = 0; i < 3_000; i++) {
        byte[] object = ("object " + i).getBytes(UTF_8);
        writer.add(Checksum.of(object), ObjectKind.ofCode(1 + i % 4).orElseThrow(), object);
      }
      pack = writer.publish().orElseThrow();
    }
    List<PackEntry> entries = entries(pack);
    assertThat(entries).hasSize(3_000).extracting(PackEntry::object).isSorted();
    byte[] third = "object 2".getBytes(UTF_8);
    assertThat(entries)
        .filteredOn(entry -> entry.object().equals(Checksum.of(third)))
        .singleElement()
        .satisfies(entry -> assertThat(entry.kind()).isEqualTo(ObjectKind.DIRMETA));
  }

  @Test
  void contentIsReadWithoutItsHeader() throws IOException {
    byte[] object = "\0\0\0\3\0\0\0\0hdrcontent".getBytes(UTF_8);
    byte[] lying = "\0\0\0\7\0\0\0\0abc".getBytes(UTF_8);
    byte[] tooShort = "\0\0\0".getBytes(UTF_8);
    PublishedPack pack = packOf(object, lying, tooShort);
    PackedObjects objects = PackedObjects.verifying(driver, index(pack));
    try (InputStream in = objects.openContent(Checksum.of(object))) {
      assertThat(in.readAllBytes()).isEqualTo("content".getBytes(UTF_8));
    }
    assertThatThrownBy(() -> objects.openContent(Checksum.of(lying)))
        .isInstanceOf(PackFormatException.class);
    assertThatThrownBy(() -> objects.openContent(Checksum.of(tooShort)))
        .isInstanceOf(PackFormatException.class);
  }

  /** A file object: a framed header of the given text, then the content. */
  private static byte[] fileObject(String header, byte[] content) {
    byte[] framed = ("\0\0\0" + (char) header.length() + "\0\0\0\0" + header).getBytes(UTF_8);
    byte[] object = Arrays.copyOf(framed, framed.length + content.length);
    System.arraycopy(content, 0, object, framed.length, content.length);
    return object;
  }

  private PublishedPack packOfHeader(byte[] object, byte[] base, int contentLength)
      throws IOException {
    try (PackWriter writer = new PackWriter(driver)) {
      byte[] header = Arrays.copyOf(object, object.length - contentLength);
      assertThat(writer.addHeader(Checksum.of(object), header, Checksum.of(base), object.length))
          .isTrue();
      assertThat(writer.addHeader(Checksum.of(object), header, Checksum.of(base), object.length))
          .isFalse();
      add(writer, "beside it".getBytes(UTF_8));
      return writer.publish().orElseThrow();
    }
  }

  @Test
  void aFileUnderAnotherHeaderHasTheContentOfItsBase() throws IOException {
    byte[] content = random(700_000);
    byte[] base = fileObject("one", content);
    byte[] object = fileObject("another", content);
    PublishedPack bases = packOf(base);
    PublishedPack pack = packOfHeader(object, base, content.length);
    assertThat(pack.length()).isLessThan(1_000);
    new PackVerifier(driver, new MemoryObjectIndex()).verify(bases.id());
    assertThat(entries(pack)).extracting(PackEntry::base).containsOnly(null, Checksum.of(base));

    MemoryObjectIndex index = index(pack);
    PackedObjects objects = PackedObjects.verifying(driver, index);
    assertThatThrownBy(() -> objects.open(Checksum.of(object)))
        .as("its base is not known yet")
        .isInstanceOf(ObjectNotFoundException.class);
    index.add(driver, bases.id());
    MemoryObjectIndex copy = new MemoryObjectIndex();
    copy.addFrom(index, List.of(Checksum.of(object), Checksum.of("beside it".getBytes(UTF_8))));
    for (MemoryObjectIndex known : List.of(index, copy)) {
      PackedObjects reader = PackedObjects.verifying(driver, known);
      try (InputStream in = reader.open(Checksum.of(object))) {
        assertThat(in.readAllBytes()).isEqualTo(object);
      }
      try (InputStream in = reader.openContent(Checksum.of(object))) {
        assertThat(in.readAllBytes()).isEqualTo(content);
      }
    }
  }

  @Test
  void aBaseOfOtherContentIsFoundOut() throws IOException {
    byte[] object = fileObject("x", random(90_000));
    byte[] other = fileObject("y", compressible(90_000));
    PublishedPack bases = packOf(other);
    MemoryObjectIndex index = index(packOfHeader(object, other, 90_000));
    index.add(driver, bases.id());
    try (InputStream in = PackedObjects.verifying(driver, index).open(Checksum.of(object))) {
      assertThatThrownBy(in::readAllBytes)
          .isInstanceOfSatisfying(
              PackFormatException.class,
              e -> assertThat(e.pack()).as("the content's pack").isEqualTo(bases.id()));
    }
  }

  @Test
  void anUnknownObjectIsNamed() throws IOException {
    PackedObjects objects = PackedObjects.verifying(driver, new MemoryObjectIndex());
    Checksum absent = Checksum.of(new byte[] {1});
    assertThatThrownBy(() -> objects.open(absent))
        .isInstanceOf(ObjectNotFoundException.class)
        .hasMessageContaining(absent.hex());
    assertThatThrownBy(() -> objects.openContent(absent))
        .isInstanceOf(ObjectNotFoundException.class);
  }

  private MemoryObjectIndex index(PublishedPack pack) throws IOException {
    MemoryObjectIndex index = new MemoryObjectIndex();
    index.add(driver, pack.id());
    return index;
  }

  private List<PackEntry> entries(PublishedPack pack) throws IOException {
    List<PackEntry> entries = new ArrayList<>();
    try (PackIndexReader index = PackReader.open(driver, pack.id()).index()) {
      for (PackEntry entry = index.next(); entry != null; entry = index.next()) {
        entries.add(entry);
      }
      assertThat(index.next()).isNull();
    }
    return entries;
  }

  private PublishedPack packOf(byte[]... objects) throws IOException {
    try (PackWriter writer = new PackWriter(driver)) {
      for (byte[] object : objects) {
        add(writer, object);
      }
      return writer.publish().orElseThrow();
    }
  }

  private byte[] bytesOf(PublishedPack pack) throws IOException {
    return Files.readAllBytes(driver.path(StoreLayout.pack(pack.id())).orElseThrow());
  }

  private static boolean add(PackWriter writer, byte[] object) throws IOException {
    return writer.add(Checksum.of(object), ObjectKind.FILE, object);
  }

  private static boolean stream(PackWriter writer, byte[] object) throws IOException {
    PackObject out = writer.begin(ObjectKind.FILE, object.length);
    for (int at = 0; at < object.length; at += 70_000) {
      out.write(object, at, Math.min(70_000, object.length - at));
    }
    assertThat(out.checksum()).isEqualTo(Checksum.of(object));
    return out.keep();
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private static byte[] compressible(int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (i / 3 * 7 + size);
    }
    return bytes;
  }
}
