package io.deltaport.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import io.deltaport.oci.Digest;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.util.Hex;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blobs are made again bit by bit, or not at all. */
final class BlobRebuilderTest {
  @TempDir Path root;

  private final byte[] tar = tar();
  private LayerHarness store;
  private BlobRebuilder rebuilder;

  private interface Wrap {
    OutputStream over(OutputStream out) throws IOException;
  }

  @BeforeEach
  void open() throws IOException {
    store = new LayerHarness(root);
    rebuilder = new BlobRebuilder(store.driver(), store.index());
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  @Test
  void aPlainTarIsMadeAgain() throws IOException {
    assertRebuilt(tar);
  }

  @Test
  void whatZlibAndZstdMadeIsMadeAgain() throws IOException {
    assertRebuilt(compressed(GZIPOutputStream::new));
    assertRebuilt(compressed(ZstdOutputStream::new));
  }

  @Test
  void headersOfOtherProgramsAreTried() throws IOException {
    byte[] unix = compressed(GZIPOutputStream::new);
    unix[9] = 3;
    assertRebuilt(unix);
    byte[] best = compressed(out -> new GzipBest(out));
    best[8] = 2;
    best[9] = 3;
    assertRebuilt(best);
  }

  @Test
  void aSha512DigestIsNoObstacle() throws Exception {
    Digest diffId = store.absorb(tar).diffId();
    byte[] hash = MessageDigest.getInstance("SHA-512").digest(tar);
    Digest blob = new Digest("sha512", Hex.encode(hash));
    assertThat(rebuilder.rebuild(diffId, blob)).isTrue();
    assertThat(Files.readAllBytes(root.resolve(StoreLayout.blob(blob)))).isEqualTo(tar);
  }

  @Test
  void anotherCompressionGivesNothing() throws IOException {
    byte[] other = compressed(out -> new ZstdOutputStream(out).setLevel(7));
    Digest diffId = store.absorb(other).diffId();
    assertThat(rebuilder.rebuild(diffId, Digest.sha256(other))).isFalse();
    assertThat(store.driver().find(StoreLayout.blob(Digest.sha256(other)))).isEmpty();
  }

  @Test
  void aDamagedPackGivesNothing() throws IOException {
    AbsorbedLayer layer = store.absorb(tar);
    Path pack = root.resolve(StoreLayout.pack(layer.pack().orElseThrow().id()));
    byte[] bytes = Files.readAllBytes(pack);
    bytes[bytes.length / 2] ^= 1;
    Files.write(pack, bytes);
    assertThatThrownBy(() -> rebuilder.rebuild(layer.diffId(), layer.diffId()))
        .isInstanceOf(IOException.class);
    assertThat(store.driver().find(StoreLayout.blob(layer.diffId()))).isEmpty();
  }

  private void assertRebuilt(byte[] blob) throws IOException {
    Digest diffId = store.absorb(blob).diffId();
    Digest digest = Digest.sha256(blob);
    assertThat(rebuilder.rebuild(diffId, digest)).isTrue();
    assertThat(Files.readAllBytes(root.resolve(StoreLayout.blob(digest)))).isEqualTo(blob);
  }

  private byte[] compressed(Wrap compression) throws IOException {
    ByteArrayOutputStream blob = new ByteArrayOutputStream();
    try (OutputStream out = compression.over(blob)) {
      out.write(tar);
    }
    return blob.toByteArray();
  }

  private static byte[] tar() {
    byte[] content = new byte[200_000];
    Random random = new Random(3);
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) random.nextInt(16);
    }
    return new TarBytes().file("usr/bin/tool", content).close();
  }

  private static final class GzipBest extends GZIPOutputStream {
    GzipBest(OutputStream out) throws IOException {
      super(out);
      def.setLevel(Deflater.BEST_COMPRESSION);
    }
  }
}
