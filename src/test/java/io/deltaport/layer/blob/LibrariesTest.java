package io.deltaport.layer.blob;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.util.ByteSource;
import io.deltaport.util.Hex;
import io.deltaport.util.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The libraries make what they made when blobs were described. Where this fails after an update, do
 * not change the values: blobs of the kinds zlib and zstd whose files are gone could not be made
 * any more. Keep the old library, or have these blobs pushed again before the update.
 */
final class LibrariesTest {
  private static final String ZSTD =
      "4644cfeef69e415797dabffff548b141b020aa676974a99578853a24dcd6cb9f";
  private static final String ZSTD_JOBS =
      "05e393f3abc10721a7d9b9df58b4781097accf0a4e7c5517f790e74c96a88d4e";

  private static final int ZSTD_LEVEL_MAX = 19;

  private final byte[] tar = tar();

  @Test
  void zstdMakesTheSameBytes() throws IOException {
    assertThat(zstd(0)).isEqualTo(ZSTD);
    assertThat(zstd(1)).isEqualTo(ZSTD_JOBS);
  }

  private String zstd(int workers) throws IOException {
    MessageDigest all = Sha256.newDigest();
    for (int level = 1; level <= ZSTD_LEVEL_MAX; level++) {
      ZstdSettings settings = new ZstdSettings(level, level % 2 == 0, level % 3 == 0, workers, 0);
      all.update(make(new ZstdEncoder(settings, tar.length)));
    }
    return Hex.encode(all.digest());
  }

  private byte[] make(Encoder encoder) throws IOException {
    ByteSource source =
        ByteSource.of(
            tar.length,
            offset -> new ByteArrayInputStream(tar, (int) offset, tar.length - (int) offset));
    try (InputStream in = EncodedStream.open(source, encoder)) {
      return in.readAllBytes();
    }
  }

  /** Text and numbers in turn, with repetitions near and far, of several blocks and windows. */
  private static byte[] tar() {
    byte[] bytes = new byte[3 << 20];
    Random random = new Random(11);
    for (int at = 0; at < bytes.length; ) {
      int length = Math.min(bytes.length - at, 1 + random.nextInt(400));
      if (at > 0 && random.nextInt(3) > 0) {
        int back = 1 + random.nextInt(random.nextBoolean() ? Math.min(at, 30_000) : at);
        for (int i = 0; i < length; i++, at++) {
          bytes[at] = bytes[at - back];
        }
      } else {
        int symbols = 1 + random.nextInt(255);
        for (int i = 0; i < length; i++, at++) {
          bytes[at] = (byte) random.nextInt(symbols);
        }
      }
    }
    return bytes;
  }
}
