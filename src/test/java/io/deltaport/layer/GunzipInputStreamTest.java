package io.deltaport.layer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

final class GunzipInputStreamTest {
  private static final byte[] CONTENT = "some text, some more text".repeat(50).getBytes(UTF_8);

  @Test
  void oneMemberIsExpanded() throws IOException {
    assertThat(expand(gzip(CONTENT))).isEqualTo(CONTENT);
    assertThat(expand(gzip(new byte[0]))).isEmpty();
  }

  @Test
  void largeContentIsExpandedWhateverTheReadSizes() throws IOException {
    byte[] large = new byte[1_500_000];
    new Random(3).nextBytes(large);
    Arrays.fill(large, 100_000, 900_000, (byte) 7);
    try (InputStream in = new GunzipInputStream(new Dribble(gzip(large)))) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write(in.read());
      byte[] buffer = new byte[777];
      for (int got = in.read(buffer, 3, 700); got >= 0; got = in.read(buffer, 3, 700)) {
        out.write(buffer, 3, got);
      }
      assertThat(out.toByteArray()).isEqualTo(large);
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void membersFollowEachOther() throws IOException {
    byte[] two = concat(gzip(CONTENT), gzip(new byte[0]), gzip(CONTENT));
    assertThat(expand(two)).isEqualTo(concat(CONTENT, CONTENT));
  }

  @Test
  void everyHeaderFieldIsUnderstood() throws IOException {
    byte[] plain = gzip(CONTENT);
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    header.writeBytes(new byte[] {0x1f, (byte) 0x8b, 8, 0x1f, 1, 2, 3, 4, 0, 3});
    header.writeBytes(new byte[] {3, 0, 'x', 'y', 'z'});
    header.writeBytes("name\0comment\0".getBytes(UTF_8));
    CRC32 crc = new CRC32();
    crc.update(header.toByteArray());
    header.write((int) crc.getValue());
    header.write((int) crc.getValue() >> 8);
    byte[] body = Arrays.copyOfRange(plain, 10, plain.length);
    byte[] good = concat(header.toByteArray(), body);
    assertThat(expand(good)).isEqualTo(CONTENT);
    good[12] ^= 1;
    assertRefused(good, "wrong checksum");
  }

  @Test
  void zerosMayFollow() throws IOException {
    assertThat(expand(concat(gzip(CONTENT), new byte[1]))).isEqualTo(CONTENT);
    assertThat(expand(concat(gzip(CONTENT), new byte[300_000]))).isEqualTo(CONTENT);
  }

  @Test
  void otherGarbageMayNot() {
    assertRefused(concat(gzip(CONTENT), new byte[] {1}), "garbage");
    assertRefused(concat(gzip(CONTENT), new byte[] {0, 0, 1}), "garbage");
    assertRefused(concat(gzip(CONTENT), new byte[] {0x1f, 0}), "garbage");
    assertRefused(concat(gzip(CONTENT), new byte[] {0}, gzip(CONTENT)), "garbage");
  }

  @Test
  void everyCutIsFound() {
    byte[] good = gzip(CONTENT);
    for (int length = 0; length < good.length; length++) {
      assertRefused(Arrays.copyOf(good, length), "");
    }
    assertRefused(Arrays.copyOf(good, good.length - 1), "cut short");
    assertRefused(concat(good, new byte[] {0x1f, (byte) 0x8b}), "cut short");
  }

  @Test
  void wrongTrailersAreFound() {
    byte[] good = gzip(CONTENT);
    byte[] crc = good.clone();
    crc[good.length - 8] ^= 1;
    assertRefused(crc, "wrong CRC");
    byte[] length = good.clone();
    length[good.length - 1] ^= 1;
    assertRefused(length, "wrong length");
  }

  @Test
  void aHeaderOfAnotherKindIsRefused() {
    byte[] method = gzip(CONTENT);
    method[2] = 7;
    assertRefused(method, "unknown kind");
    byte[] reserved = gzip(CONTENT);
    reserved[3] = 0x20;
    assertRefused(reserved, "unknown kind");
    byte[] endlessName = new byte[200_000];
    Arrays.fill(endlessName, (byte) 'a');
    System.arraycopy(gzip(CONTENT), 0, endlessName, 0, 10);
    endlessName[3] = 8;
    assertRefused(endlessName, "too long");
  }

  @Test
  void randomDamageIsFoundOrHarmless() throws IOException {
    Random random = new Random(11);
    byte[] good = gzip(CONTENT);
    for (int round = 0; round < 5_000; round++) {
      byte[] bad = good.clone();
      bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      try {
        assertThat(expand(bad)).isEqualTo(CONTENT); // a time stamp, for example
      } catch (NotAbsorbableException e) {
        assertThat(e).hasMessageContaining("gzip");
      }
    }
  }

  private static void assertRefused(byte[] gzip, String problem) {
    assertThatThrownBy(() -> expand(gzip))
        .isInstanceOf(NotAbsorbableException.class)
        .hasMessageContaining(problem);
  }

  private static byte[] expand(byte[] gzip) throws IOException {
    try (InputStream in = new GunzipInputStream(new ByteArrayInputStream(gzip))) {
      return in.readAllBytes();
    }
  }

  static byte[] gzip(byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(content);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return out.toByteArray();
  }

  static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  /** Gives a few bytes at a time, as a network does. */
  private static final class Dribble extends ByteArrayInputStream {
    Dribble(byte[] bytes) {
      super(bytes);
    }

    @Override
    public synchronized int read(byte[] bytes, int offset, int count) {
      return super.read(bytes, offset, Math.min(count, 1 + count % 97));
    }
  }
}
