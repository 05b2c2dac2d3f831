package io.deltaport.layer;

import static io.deltaport.layer.GunzipInputStreamTest.concat;
import static io.deltaport.layer.GunzipInputStreamTest.gzip;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.deltaport.store.ObjectIndex;
import io.deltaport.util.Progress;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a blob is, it is absorbed or refused with a reason, and nothing is left half stored. */
final class UnabsorbableLayerTest {
  private static final LayerLimits TIGHT =
      new LayerLimits(10_000_000, 50, 100_000, 1_000, 1 << 20, 4096);

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

  private void assertRefused(byte[] blob, String reason) throws IOException {
    assertThatThrownBy(() -> store.absorb(blob))
        .isInstanceOf(NotAbsorbableException.class)
        .hasMessageContaining(reason);
    assertThat(store.files()).isEmpty();
  }

  private static byte[] tar() {
    return new TarBytes().folder("a").file("a/b", LayerAbsorberTest.random(1, 70_000)).close();
  }

  @Test
  void whatIsNoTarIsRefused() throws IOException {
    assertRefused("no tar at all".repeat(100).getBytes(UTF_8), "no tar");
    assertRefused(LayerAbsorberTest.random(1, 100_000), "no tar");
    assertRefused(gzip(LayerAbsorberTest.random(1, 100_000)), "no tar");
    assertRefused(new byte[] {1}, "cut short");
    assertRefused(concat(new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z', 0}, new byte[600]), "xz");
    assertRefused(concat("BZh9".getBytes(UTF_8), new byte[600]), "bzip2");
  }

  @Test
  void cutStreamsAreRefused() throws IOException {
    byte[] tar = tar();
    assertRefused(Arrays.copyOf(tar, 5_000), "cut short");
    byte[] gzip = gzip(tar);
    assertRefused(Arrays.copyOf(gzip, gzip.length / 2), "cut short");
    assertRefused(Arrays.copyOf(gzip, gzip.length - 4), "cut short");
    byte[] zstd = Zstd.compress(tar);
    assertRefused(Arrays.copyOf(zstd, zstd.length / 2), "zstd");
    assertRefused(Arrays.copyOf(zstd, 3), "cut short");
  }

  @Test
  void damagedStreamsAreRefused() throws IOException {
    byte[] gzip = gzip(tar());
    gzip[gzip.length - 6] ^= 1;
    assertRefused(gzip, "wrong CRC");
    assertRefused(concat(gzip(tar()), "garbage".getBytes(UTF_8)), "garbage");
    byte[] zstd = Zstd.compress(tar());
    assertRefused(concat(zstd, "garbage".getBytes(UTF_8)), "zstd");
    zstd[6] ^= (byte) 0xff;
    assertRefused(zstd, "");
  }

  @Test
  void aZstdWindowOver128MebibytesIsRefused() throws IOException {
    assertRefused(frameWithWindow(28), "zstd");
    assertThat(store.absorb(frameWithWindow(27)).entries()).isEqualTo(2);
  }

  /** Returns a zstd frame that holds {@link #tar} as one uncompressed block. */
  private static byte[] frameWithWindow(int log) {
    byte[] tar = tar();
    int lastRawBlock = 1 | tar.length << 3;
    byte[] head = {
      0x28,
      (byte) 0xb5,
      0x2f,
      (byte) 0xfd,
      0,
      (byte) ((log - 10) << 3),
      (byte) lastRawBlock,
      (byte) (lastRawBlock >> 8),
      (byte) (lastRawBlock >> 16)
    };
    return concat(head, tar);
  }

  @Test
  void bombsAreRefused() throws IOException {
    store.limits(TIGHT);
    byte[] zeros = new TarBytes().file("zeros", new byte[5_000_000]).close();
    assertRefused(gzip(zeros), "looks like a bomb");
    assertRefused(Zstd.compress(zeros), "looks like a bomb");
    byte[] noise = new TarBytes().file("noise", LayerAbsorberTest.random(3, 10_000_001)).close();
    assertRefused(noise, "10000001 bytes");
    byte[] junk = concat(tar(), LayerAbsorberTest.random(3, 10_000_001));
    assertRefused(junk, "10000000 bytes");
  }

  @Test
  void sparseBombsAreRefused() throws IOException {
    store.limits(TIGHT);
    TarBytes tar = new TarBytes();
    for (int i = 0; i < 3; i++) {
      tar.pax("GNU.sparse.major", "1")
          .pax("GNU.sparse.minor", "0")
          .pax("GNU.sparse.name", "sparse" + i)
          .pax("GNU.sparse.realsize", "5000000")
          .file("x", Arrays.copyOf("1\n5000000\n0\n".getBytes(UTF_8), 512));
    }
    assertRefused(tar.close(), "10000000 bytes");
  }

  @Test
  void tooManyEntriesAreRefused() throws IOException {
    store.limits(TIGHT);
    TarBytes tar = new TarBytes();
    for (int i = 0; i <= 1_000; i++) {
      tar.file("f" + i, "");
    }
    assertRefused(tar.close(), "1000 entries");
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "../a", "a/../b", "/..", "a/..", "./../x"})
  void namesThatGoUpwardsAreRefused(String name) throws IOException {
    assertRefused(new TarBytes().file(name, "x").close(), "upwards");
    assertRefused(new TarBytes().hardLink("a", name).close(), "upwards");
  }

  @Test
  void otherImpossibleEntriesAreRefused() throws IOException {
    assertRefused(new TarBytes().pax("path", "a\0b").file("a", "x").close(), "zero byte");
    assertRefused(new TarBytes().file("a/".repeat(2048) + "bc", "x").close(), "path of");
    assertRefused(new TarBytes().file("a/" + "b".repeat(256), "x").close(), "name of");
    assertRefused(new TarBytes().entry('X', "a", "", new byte[0]).close(), "unknown type");
    assertRefused(new TarBytes().device('3', "a", 4096, 0).close(), "device");
    assertRefused(new TarBytes().pax("uid", "4294967296").file("a", "x").close(), "32 bits");
    assertRefused(new TarBytes().file("a/.wh.", "").close(), "hides no name");
    assertRefused(new TarBytes().file(".wh..", "").close(), "hides no name");
    assertRefused(new TarBytes().file("a/.wh...", "").close(), "hides no name");
    assertRefused(new TarBytes().header('0', "a", "", 1L << 32).close(), "cut short");
  }

  @Test
  void aBlobThatCannotBeReadIsNoReasonToGiveItUp() throws IOException {
    byte[] tar = tar();
    InputStream failing =
        new ByteArrayInputStream(tar) {
          @Override
          public synchronized int read(byte[] bytes, int offset, int count) {
            if (pos > 600) {
              throw new UncheckedIOException(new IOException("disk"));
            }
            return super.read(bytes, offset, Math.min(count, 512));
          }
        };
    assertThatThrownBy(() -> store.absorb(failing, -1)).isInstanceOf(UncheckedIOException.class);
    assertThat(store.files()).isEmpty();
  }

  @Test
  void anIndexThatFailsLeavesNothing() throws IOException {
    ObjectIndex failing =
        objects -> {
          throw new IOException("database");
        };
    LayerAbsorber absorber = new LayerAbsorber(store.driver(), failing, LayerLimits.DEFAULT);
    assertThatThrownBy(() -> absorber.absorb(new ByteArrayInputStream(tar()), -1, Progress.NONE))
        .isInstanceOf(IOException.class)
        .hasMessage("database");
    assertThat(store.files()).isEmpty();
  }

  @Test
  void cancellingLeavesNothing() throws IOException {
    LayerAbsorber absorber = new LayerAbsorber(store.driver(), store.index(), LayerLimits.DEFAULT);
    Progress cancelling =
        (stage, done, total) -> {
          throw new CancellationException();
        };
    assertThatThrownBy(() -> absorber.absorb(new ByteArrayInputStream(tar()), -1, cancelling))
        .isInstanceOf(CancellationException.class);
    assertThat(store.files()).isEmpty();
  }

  @Test
  void damagedArchivesAreAbsorbedOrRefused() throws IOException {
    store.limits(TIGHT);
    byte[] good =
        new TarBytes()
            .folder("a")
            .xattr("user.x", "y")
            .file("a/b", "content")
            .symlink("l", "a")
            .hardLink("h", "a/b")
            .file("n".repeat(120), "long")
            .close();
    Random random = new Random(5);
    for (int round = 0; round < 1_000; round++) {
      byte[] bad = good.clone();
      for (int i = 0; i <= random.nextInt(3); i++) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      if (random.nextInt(4) > 0) {
        repairChecksums(bad);
      }
      try {
        store.roundTrip(bad);
      } catch (NotAbsorbableException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  private static void repairChecksums(byte[] tar) {
    for (int at = 0; at + 512 <= tar.length; at += 512) {
      byte[] block = Arrays.copyOfRange(tar, at, at + 512);
      if (new String(block, 257, 5, UTF_8).equals("ustar")) {
        TarBytes.checksum(block);
        System.arraycopy(block, 0, tar, at, 512);
      }
    }
  }
}
