package io.deltaport.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdOutputStream;
import io.deltaport.layer.blob.BlobMaker;
import io.deltaport.layer.blob.BlobRecipe;
import io.deltaport.layer.blob.BlobRecipeException;
import io.deltaport.layer.blob.BlobRecipeInfo;
import io.deltaport.oci.Digest;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.store.pack.PackFormatException;
import io.deltaport.util.ByteSource;
import io.deltaport.util.Hex;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blobs are made again bit by bit, or are said to be beyond it. */
final class BlobMakerTest {
  private static final BlobMaker.Watcher NOBODY = made -> {};

  @TempDir Path root;

  private final byte[] tar = tar();
  private LayerHarness store;
  private BlobMaker maker;

  private interface Wrap {
    OutputStream over(OutputStream out) throws IOException;
  }

  @BeforeEach
  void open() throws IOException {
    store = new LayerHarness(root);
    maker = new BlobMaker(store.driver(), store.index());
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  @Test
  void aPlainTarIsMadeAgain() throws IOException {
    assertMadeAgain(tar, "plain");
  }

  @Test
  void whatZlibMakesIsMadeAgainAtEachLevel() throws IOException {
    for (int level = 1; level <= Deflater.BEST_COMPRESSION; level++) {
      int each = level;
      assertMadeAgain(compressed(out -> new GzipAt(out, each)), "gzip");
    }
  }

  @Test
  void headersOfOtherProgramsStayAsTheyAre() throws IOException {
    byte[] gzip = compressed(GZIPOutputStream::new);
    byte[] named = new byte[gzip.length + 6];
    System.arraycopy(gzip, 0, named, 0, 10);
    named[3] = 8;
    named[4] = 77;
    named[9] = 3;
    System.arraycopy("l.tar\0".getBytes(StandardCharsets.US_ASCII), 0, named, 10, 6);
    System.arraycopy(gzip, 10, named, 16, gzip.length - 10);
    assertMadeAgain(named, "gzip");
  }

  @Test
  void whatZstdMakesIsMadeAgain() throws IOException {
    assertMadeAgain(compressed(ZstdOutputStream::new), "zstd");
    assertMadeAgain(
        compressed(out -> new ZstdOutputStream(out).setLevel(7).setChecksum(true)), "zstd");
    assertMadeAgain(compressed(out -> new ZstdOutputStream(out).setLevel(19)), "zstd");
    assertMadeAgain(compressed(out -> new ZstdOutputStream(out).setWorkers(2)), "zstd");
    assertMadeAgain(Zstd.compress(tar, 5), "zstd");
  }

  @Test
  void membersAndFlushesAreMadeAgain() throws IOException {
    assertMadeAgain(
        join(
            compressed(GZIPOutputStream::new), compressedBytes(new byte[0], GZIPOutputStream::new)),
        "gzip");
    assertMadeAgain(
        compressed(
            out ->
                new GZIPOutputStream(out, 512, true) {
                  @Override
                  public synchronized void write(byte[] bytes, int offset, int count)
                      throws IOException {
                    super.write(bytes, offset, count / 2);
                    flush();
                    super.write(bytes, offset + count / 2, count - count / 2);
                  }
                }),
        "gzip");
  }

  @Test
  void framesOfZstdAreMadeAgain() throws IOException {
    byte[] first = Arrays.copyOf(tar, 150_001);
    byte[] second = Arrays.copyOfRange(tar, 150_001, tar.length - 700);
    byte[] last = Arrays.copyOfRange(tar, tar.length - 700, tar.length);
    // A frame that decoders pass over, and one at a level that is not tried, are kept.
    byte[] skipped = {0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3};
    byte[] frames = join(compressedBytes(first, ZstdOutputStream::new), skipped);
    frames =
        join(
            frames, compressedBytes(second, out -> new ZstdOutputStream(out, 9).setChecksum(true)));
    frames = join(frames, Zstd.compress(last, -7));
    assertMadeAgain(frames, "zstd-frames");
    assertMadeAgain(join(skipped, Zstd.compress(tar, 5)), "zstd-frames");
    assertMadeAgain(join(Zstd.compress(tar, 5), skipped), "zstd-frames");
  }

  @Test
  void aDamagedListOfFramesIsNoticed() throws IOException {
    byte[] skipped = {0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3};
    byte[] blob = join(join(skipped, Zstd.compress(tar, 5)), skipped);
    Digest digest = describe(blob);
    Path file = root.resolve(StoreLayout.blobRecipe(digest));
    byte[] recipe = Files.readAllBytes(file);
    Random random = new Random(5);
    for (int round = 0; round < 400; round++) {
      byte[] changed = recipe.clone();
      // The payload is between a head of 16 bytes and the footer.
      changed[16 + random.nextInt(60)] ^= (byte) (1 + random.nextInt(255));
      Files.write(file, changed);
      byte[] made = {};
      try (InputStream in = maker.open(digest, 0)) {
        made = in.readNBytes(2 * blob.length);
      } catch (IOException e) {
        assertThat(e).isNotInstanceOf(java.io.EOFException.class);
      }
      assertThat(made.length).isLessThan(2 * blob.length);
    }
  }

  @Test
  void anotherCompressionGivesNothing() throws IOException {
    byte[] blob = Zstd.compress(tar, -7);

    Digest diffId = store.absorb(blob).diffId();
    Digest digest = Digest.sha256(blob);
    assertThat(maker.describe(digest, source(blob), diffId, NOBODY)).isEmpty();
    assertThat(store.driver().find(StoreLayout.blobRecipe(digest))).isEmpty();
  }

  @Test
  void aSha512DigestIsNoObstacle() throws Exception {
    Digest diffId = store.absorb(tar).diffId();
    byte[] hash = MessageDigest.getInstance("SHA-512").digest(tar);
    Digest blob = new Digest("sha512", Hex.encode(hash));
    assertThat(maker.describe(blob, source(tar), diffId, NOBODY)).isPresent();
    assertThat(maker.restore(blob)).isTrue();
    assertThat(Files.readAllBytes(root.resolve(StoreLayout.blob(blob)))).isEqualTo(tar);
  }

  @Test
  void anyOffsetOfABlobCanBeOpened() throws IOException {
    for (byte[] blob : new byte[][] {tar, compressed(GZIPOutputStream::new)}) {
      Digest digest = describe(blob);
      for (int offset : new int[] {0, 1, 511, 512, blob.length - 1, blob.length}) {
        try (InputStream in = maker.openVerified(digest, offset)) {
          assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(blob, offset, blob.length));
        }
      }
    }
  }

  @Test
  void aDamagedPackIsNoticedByPartsAndByTheWhole() throws IOException {
    AbsorbedLayer layer = store.absorb(tar);
    maker.describe(layer.diffId(), source(tar), layer.diffId(), NOBODY);
    damage(StoreLayout.pack(layer.pack().orElseThrow().id()), 0.3);
    assertThatThrownBy(() -> readSome(layer.diffId(), 700, 100))
        .isInstanceOf(PackFormatException.class);
    boolean right = false;
    try {
      right = maker.restore(layer.diffId());
    } catch (PackFormatException e) {
      assertThat(e.pack()).isEqualTo(layer.pack().orElseThrow().id());
    }
    assertThat(right).isFalse();
    assertThat(store.driver().find(StoreLayout.blob(layer.diffId()))).isEmpty();
  }

  @Test
  void aDamagedRecipeIsNoticed() throws IOException {
    Digest blob = describe(tar);
    damage(StoreLayout.blobRecipe(blob), 0.9);
    assertThatThrownBy(() -> readSome(blob, 0, 1)).isInstanceOf(BlobRecipeException.class);
    assertThatThrownBy(() -> BlobRecipe.verify(store.driver(), blob))
        .isInstanceOf(BlobRecipeException.class);
    Digest other = describe(compressed(GZIPOutputStream::new));
    damage(StoreLayout.recipe(blob), 0.5);
    assertThatThrownBy(() -> readSome(other, 0, 1)).isInstanceOf(RecipeFormatException.class);
  }

  private void readSome(Digest blob, int offset, int count) throws IOException {
    try (InputStream in = maker.openVerified(blob, offset)) {
      in.readNBytes(count);
    }
  }

  private void damage(String key, double place) throws IOException {
    Path file = root.resolve(key);
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) (bytes.length * place)] ^= 1;
    Files.write(file, bytes);
  }

  private Digest describe(byte[] blob) throws IOException {
    Digest diffId = store.absorb(blob).diffId();
    Digest digest = Digest.sha256(blob);
    Optional<BlobRecipeInfo> info = maker.describe(digest, source(blob), diffId, NOBODY);
    assertThat(info).isPresent();
    assertThat(store.driver().length(StoreLayout.blobRecipe(digest)))
        .isEqualTo(info.get().lengthBytes());
    BlobRecipe.verify(store.driver(), digest);
    return digest;
  }

  private void assertMadeAgain(byte[] blob, String kind) throws IOException {
    Digest digest = describe(blob);
    assertThat(BlobRecipe.open(store.driver(), digest).kind().name()).isEqualTo(kind);
    assertThat(maker.isMadeAgain(digest, NOBODY)).isTrue();
    assertThat(maker.restore(digest)).isTrue();
    assertThat(Files.readAllBytes(root.resolve(StoreLayout.blob(digest)))).isEqualTo(blob);
  }

  private static ByteSource source(byte[] bytes) {
    return ByteSource.of(
        bytes.length,
        offset -> new ByteArrayInputStream(bytes, (int) offset, bytes.length - (int) offset));
  }

  private byte[] compressed(Wrap compression) throws IOException {
    return compressedBytes(tar, compression);
  }

  private static byte[] compressedBytes(byte[] bytes, Wrap compression) throws IOException {
    ByteArrayOutputStream blob = new ByteArrayOutputStream();
    try (OutputStream out = compression.over(blob)) {
      out.write(bytes);
    }
    return blob.toByteArray();
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static byte[] tar() {
    byte[] content = new byte[400_000];
    Random random = new Random(3);
    for (int i = 0; i < content.length; i++) {
      // Repetitions, which levels find more or less of.
      content[i] = i > 5000 && random.nextInt(40) > 0 ? content[i - 4711] : (byte) random.nextInt();
    }
    return new TarBytes().file("usr/bin/tool", content).file("etc/a", "a").close();
  }

  private static final class GzipAt extends GZIPOutputStream {
    GzipAt(OutputStream out, int level) throws IOException {
      super(out);
      def.setLevel(level);
    }
  }
}
