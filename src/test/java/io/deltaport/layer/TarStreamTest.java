package io.deltaport.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.oci.Digest;
import io.deltaport.util.ByteSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From wherever a tar is opened, its bytes are those of the whole. */
final class TarStreamTest {
  private static final int SEEDS = 40;

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
  void everyOffsetOfASmallTarIsRight() throws IOException {
    byte[] tar = new TarBytes().file("a", "some bytes").folder("b").file("b/c", "").close();
    ByteSource source = source(tar);
    for (int offset = 0; offset <= tar.length; offset++) {
      assertFrom(source, tar, offset, tar.length);
    }
  }

  @Test
  void anyPartOfAnyTarIsRight() throws IOException {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      byte[] tar = tar(random);
      ByteSource source = source(tar);
      for (int i = 0; i < 20; i++) {
        int offset = random.nextInt(tar.length + 1);
        assertFrom(source, tar, offset, random.nextInt(tar.length - offset + 1));
      }
    }
  }

  @Test
  void aSparseFileIsRightFromTheMiddleOfAnExtent() throws IOException {
    byte[] map = "2\n0\n700\n5000\n1200\n".getBytes(StandardCharsets.US_ASCII);
    byte[] data = new byte[512 + 700 + 1200];
    new Random(1).nextBytes(data);
    System.arraycopy(map, 0, data, 0, map.length);
    Arrays.fill(data, map.length, 512, (byte) 0);
    byte[] tar =
        new TarBytes()
            .pax("GNU.sparse.major", "1")
            .pax("GNU.sparse.minor", "0")
            .pax("GNU.sparse.name", "holes")
            .pax("GNU.sparse.realsize", "6200")
            .file("GNUSparseFile.0/holes", data)
            .close();
    ByteSource source = source(tar);
    for (int offset = 0; offset < tar.length; offset += 97) {
      assertFrom(source, tar, offset, tar.length - offset);
    }
  }

  private ByteSource source(byte[] tar) throws IOException {
    Digest diffId = store.absorb(tar).diffId();
    ByteSource source = new TarRebuilder(store.driver(), store.index()).verifiedSource(diffId);
    assertThat(source.length()).isEqualTo(tar.length);
    return source;
  }

  private static void assertFrom(ByteSource source, byte[] tar, int offset, int count)
      throws IOException {
    try (InputStream in = source.open(offset)) {
      byte[] expected = Arrays.copyOfRange(tar, offset, Math.min(tar.length, offset + count));
      assertThat(in.readNBytes(count)).isEqualTo(expected);
    }
  }

  private static byte[] tar(Random random) {
    TarBytes tar = new TarBytes();
    int files = random.nextInt(60);
    for (int i = 0; i < files; i++) {
      switch (random.nextInt(5)) {
        case 0 -> tar.folder("folder" + i);
        case 1 -> tar.symlink("link" + i, "target");
        default -> {
          byte[] content = new byte[random.nextInt(random.nextInt(9) == 0 ? 300_000 : 2_000)];
          random.nextBytes(content);
          tar.file("file" + i, content);
        }
      }
    }
    return tar.close();
  }
}
