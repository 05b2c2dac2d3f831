package io.deltaport.layer;

import static io.deltaport.layer.GunzipInputStreamTest.concat;
import static io.deltaport.layer.GunzipInputStreamTest.gzip;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.deltaport.oci.Digest;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.ContentHeader;
import io.deltaport.ostree.DirMeta;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.util.Xattr;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LayerAbsorberTest {
  @TempDir Path root;
  private LayerHarness store;

  @BeforeEach
  void open() throws IOException {
    store = new LayerHarness(root);
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  @Test
  void aUsualArchiveComesBack() throws IOException {
    AbsorbedLayer layer = store.roundTrip(usual().close());
    assertThat(layer.entries()).isEqualTo(7);
    assertThat(layer.compression()).isEqualTo(LayerCompression.PLAIN);
    assertThat(store.driver().length(StoreLayout.recipe(layer.diffId())))
        .isEqualTo(layer.recipeLength());
  }

  private static TarBytes usual() {
    return new TarBytes()
        .folder("./")
        .folder("usr")
        .file("usr/hello", "hello world")
        .mode(04755)
        .owner(7, 8)
        .file("usr/suid", "x".repeat(2000))
        .symlink("bin", "usr")
        .hardLink("usr/again", "usr/hello")
        .file("empty", "");
  }

  @Test
  void compressionMakesNoDifference() throws IOException {
    byte[] tar = usual().close();
    AbsorbedLayer plain = store.roundTrip(tar);
    byte[] skippable =
        ByteBuffer.allocate(13)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(0x184d2a57)
            .putInt(5)
            .put("chunk".getBytes(UTF_8))
            .array();
    byte[] first = Zstd.compress(Arrays.copyOf(tar, 700));
    byte[] second = Zstd.compress(Arrays.copyOfRange(tar, 700, tar.length));
    for (byte[] blob :
        List.of(
            gzip(tar),
            concat(gzip(Arrays.copyOf(tar, 700)), gzip(Arrays.copyOfRange(tar, 700, tar.length))),
            Zstd.compress(tar),
            concat(skippable, first, skippable, second, skippable))) {
      AbsorbedLayer layer = store.absorb(blob);
      assertThat(layer.diffId()).isEqualTo(plain.diffId());
      assertThat(layer.compression()).isNotEqualTo(LayerCompression.PLAIN);
      assertThat(layer.pack()).isEmpty();
      assertThat(layer.statistics().newObjects()).isZero();
    }
  }

  @Test
  void objectsHaveTheirOstreeNames() throws IOException {
    FlatTree tree =
        store.flatten(
            new TarBytes()
                .owner(1, 2)
                .mode(0100640)
                .xattr("user.b", "2")
                .xattr("user.a", "1")
                .file("file", "content")
                .symlink("link", "to/there")
                .device('3', "null", 1, 3)
                .device('4', "disk", 259, 300)
                .device('6', "pipe", 0, 0)
                .xattr("user.d", "x")
                .folder("folder")
                .close());
    List<Xattr> xattrs = List.of(xattr("user.a", "1"), xattr("user.b", "2"));
    byte[] file = ContentHeader.regular(1, 2, 0640, xattrs).encode();
    assertThat(object(tree, "file"))
        .isEqualTo(Checksum.of(concat(file, "content".getBytes(UTF_8))));
    assertThat(object(tree, "link")).isEqualTo(special(0120777, 0, "to/there"));
    assertThat(object(tree, "null")).isEqualTo(special(0020640, 1 << 8 | 3, ""));
    assertThat(object(tree, "disk"))
        .isEqualTo(special(0060640, (300 & 0xff) | 259 << 8 | 0x100 << 12, ""));
    assertThat(object(tree, "pipe")).isEqualTo(special(0010640, 0, ""));
    assertThat(tree.find("folder".getBytes(UTF_8)).orElseThrow())
        .isInstanceOfSatisfying(
            FlatNode.Folder.class,
            folder ->
                assertThat(folder.meta())
                    .isEqualTo(
                        Checksum.of(
                            new DirMeta(1, 2, 0040755, List.of(xattr("user.d", "x"))).encode())));
  }

  private static Checksum special(int mode, int rdev, String target) {
    return Checksum.of(
        new ContentHeader(1, 2, mode, rdev, target.getBytes(UTF_8), List.of()).encode());
  }

  private static Xattr xattr(String name, String value) {
    return new Xattr(name.getBytes(UTF_8), value.getBytes(UTF_8));
  }

  private static Checksum object(FlatTree tree, String path) {
    return ((FlatNode.File) tree.find(path.getBytes(ISO_8859_1)).orElseThrow()).object();
  }

  @Test
  void everyObjectIsStoredOnce() throws IOException {
    byte[] large = random(1, 3_000_000);
    byte[] small = random(2, 10_000);
    AbsorbedLayer first =
        store.roundTrip(
            new TarBytes()
                .file("a", small)
                .file("b", large)
                .file("c", small)
                .file("d", large)
                .close());
    assertThat(first.statistics().newObjects()).isEqualTo(2);
    assertThat(first.statistics().knownObjects()).isEqualTo(2);
    assertThat(first.pack().orElseThrow().objects()).isEqualTo(2);
    AbsorbedLayer second =
        store.roundTrip(new TarBytes().file("e", large).file("f", small).file("g", "new").close());
    assertThat(second.statistics().newObjects()).isEqualTo(1);
    assertThat(second.statistics().knownBytes()).isGreaterThan(3_010_000);
    assertThat(second.pack().orElseThrow().objects()).isEqualTo(1);
  }

  @Test
  void sizesAroundEveryBufferComeBack() throws IOException {
    TarBytes tar = new TarBytes();
    for (int size : new int[] {1, 511, 512, 513, 131_072, 262_143, 1 << 20, (1 << 20) + 1}) {
      for (int delta : new int[] {-50, -1, 0, 1}) {
        tar.file("f" + size + "." + delta, random(size + delta, Math.max(0, size + delta)));
      }
    }
    store.roundTrip(tar.close());
  }

  @Test
  void manySmallFilesFillSeveralBatches() throws IOException {
    TarBytes tar = new TarBytes();
    for (int i = 0; i < 9_000; i++) {
      tar.file("d" + i % 10 + "/" + i, "content " + i);
    }
    for (int i = 0; i < 60; i++) {
      tar.file("big" + i, random(i, 700_000));
    }
    AbsorbedLayer layer = store.roundTrip(tar.close());
    assertThat(layer.statistics().newObjects()).isEqualTo(9_060);
  }

  @Test
  void whatFollowsTheArchiveComesBack() throws IOException {
    byte[] open = usual().open();
    store.roundTrip(open);
    store.roundTrip(concat(open, new byte[512]));
    store.roundTrip(concat(open, new byte[10 * 512]));
    store.roundTrip(concat(open, new byte[1024], "junk".repeat(100_000).getBytes(UTF_8)));
    store.roundTrip(concat(open, new byte[1024], random(1, 77)));
    store.roundTrip(new byte[1024]);
    store.roundTrip(new byte[0]);
  }

  @Test
  void sparseFilesComeBackAndTheirHolesAreFilled() throws IOException {
    byte[] content = new byte[5_000_000];
    System.arraycopy(random(5, 1024), 0, content, 4096, 1024);
    System.arraycopy(random(6, 512), 0, content, 4_000_000, 512);
    for (int length : new int[] {20_000, 5_000_000}) {
      byte[] expected = Arrays.copyOf(content, length);
      List<Integer> extents = new ArrayList<>(List.of(4096, 1024));
      byte[] packed = Arrays.copyOfRange(content, 4096, 4096 + 1024);
      if (length > 4_000_000) {
        extents.addAll(List.of(4_000_000, 512));
        packed = concat(packed, Arrays.copyOfRange(content, 4_000_000, 4_000_512));
      }
      String map =
          extents.size() / 2
              + "\n"
              + String.join("\n", extents.stream().map(String::valueOf).toList())
              + "\n";
      byte[] data = concat(Arrays.copyOf(map.getBytes(UTF_8), 512), packed);
      FlatTree tree =
          store.flatten(
              new TarBytes()
                  .pax("GNU.sparse.major", "1")
                  .pax("GNU.sparse.minor", "0")
                  .pax("GNU.sparse.name", "sparse" + length)
                  .pax("GNU.sparse.realsize", String.valueOf(length))
                  .file("GNUSparseFile.0/sparse", data)
                  .close());
      FlatNode.File file =
          (FlatNode.File) tree.find(("sparse" + length).getBytes(UTF_8)).orElseThrow();
      assertThat(file.kind()).isEqualTo(EntryKind.SPARSE_FILE);
      assertThat(file.length()).isEqualTo(length);
      try (InputStream in = store.objects().openContent(file.object())) {
        assertThat(in.readAllBytes()).isEqualTo(expected);
      }
    }
  }

  @Test
  void namesMayBeAnyBytes() throws IOException {
    String longName = ("d".repeat(255) + "/").repeat(16).substring(0, 4095);
    FlatTree tree =
        store.flatten(
            new TarBytes()
                .file("\u00e4\u00ff\u0080 latin", "1")
                .file("new\nline", "2")
                .file(longName, "3")
                .symlink("target", "t".repeat(4000))
                .file("././/dots/./file", "4")
                .file("/absolute", "5")
                .close());
    assertThat(object(tree, "\u00e4\u00ff\u0080 latin")).isNotNull();
    assertThat(object(tree, "new\nline")).isNotNull();
    assertThat(object(tree, longName)).isNotNull();
    assertThat(object(tree, "dots/file")).isNotNull();
    assertThat(object(tree, "absolute")).isNotNull();
  }

  @Test
  void aFileOver100MebibytesPassesInConstantMemory() throws IOException {
    long size = (100L << 20) + 12_345;
    byte[] header = new TarBytes().header('0', "big", "", size).open();
    long padding = -size & 511;
    AbsorbedLayer layer;
    try (InputStream tar =
        new SequenceInputStream(
            new ByteArrayInputStream(header), new NoiseInputStream(size + padding))) {
      layer = store.absorb(tar, -1);
    }
    assertThat(layer.tarLength()).isEqualTo(512 + size + padding);
    assertThat(layer.statistics().newBytes()).isGreaterThan(size);
    new TarRebuilder(store.driver(), store.index())
        .rebuild(layer.diffId(), OutputStream.nullOutputStream()); // compares the digest
    assertThat(store.driver().length(StoreLayout.recipe(layer.diffId()))).isLessThan(1000);
  }

  @Test
  void theRecipeIsTheSameEachTime() throws IOException {
    byte[] tar = usual().close();
    AbsorbedLayer first = store.roundTrip(tar);
    AbsorbedLayer second = store.roundTrip(tar);
    assertThat(second.diffId()).isEqualTo(first.diffId()).isEqualTo(Digest.sha256(tar));
    assertThat(second.recipeLength()).isEqualTo(first.recipeLength());
  }

  static byte[] random(long seed, int size) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** Bytes that repeat only after 64 KiB, so that they cost little to make. */
  private static final class NoiseInputStream extends InputStream {
    private final byte[] noise = random(9, 1 << 16);
    private long left;

    NoiseInputStream(long length) {
      left = length;
    }

    @Override
    public int read() {
      return left-- > 0 ? noise[(int) left & 0xffff] & 0xff : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) {
      if (left == 0) {
        return -1;
      }
      int got = (int) Math.min(Math.min(count, noise.length), left);
      System.arraycopy(noise, 0, bytes, offset, got);
      left -= got;
      return got;
    }
  }
}
