package io.deltaport.delta.plain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.deltaport.delta.MemoryObjects;
import io.deltaport.delta.TestBytes;
import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectNotFoundException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZ;
import org.tukaani.xz.XZOutputStream;

final class PlainObjectsTest {
  private final MemoryObjects stored = new MemoryObjects();
  private final PlainObjects objects = new PlainObjects(stored, 1 << 20);

  /** Compresses as builders of kernels do. */
  static byte[] pack(byte[] content, PlainEncoding encoding) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    switch (encoding) {
      case ZSTD -> packed.writeBytes(Zstd.compress(content));
      case GZIP -> write(new GZIPOutputStream(packed), content);
      case XZ -> write(new XZOutputStream(packed, new LZMA2Options(0), XZ.CHECK_CRC32), content);
    }
    return packed.toByteArray();
  }

  private static void write(OutputStream out, byte[] content) throws IOException {
    try (out) {
      out.write(content);
    }
  }

  @Property(tries = 30)
  void aCompressedObjectReadsAsItsContent(
      @ForAll PlainEncoding encoding, @ForAll @IntRange(max = 200_000) int length)
      throws IOException {
    byte[] content = TestBytes.random(length, length);
    byte[] packed = pack(content, encoding);
    Checksum object = stored.put(packed);

    PlainFile plain = objects.plain(object, encoding).orElseThrow();

    assertThat(plain.packedBytes()).isEqualTo(packed.length);
    assertThat(plain.plainBytes()).isEqualTo(length);
    assertThat(plain.pullBytes()).isBetween((long) length, length + 200L);
    try (InputStream in = objects.openContent(plain.object())) {
      assertThat(Arrays.mismatch(in.readAllBytes(), content)).isEqualTo(-1);
    }
    try (InputStream in = objects.openContent(object)) {
      assertThat(Arrays.mismatch(in.readAllBytes(), packed)).isEqualTo(-1);
    }
  }

  @Test
  void theSameContentIsTheSameObjectHoweverItIsPacked() throws IOException {
    byte[] content = TestBytes.random(1, 5000);
    Checksum xz = stored.put(pack(content, PlainEncoding.XZ));
    Checksum zstd = stored.put(pack(content, PlainEncoding.ZSTD));
    assertThat(objects.plain(xz, PlainEncoding.XZ).orElseThrow().object())
        .isEqualTo(objects.plain(zstd, PlainEncoding.ZSTD).orElseThrow().object());
  }

  @Property(tries = 60)
  void whatIsDamagedIsLeftAsItIs(
      @ForAll PlainEncoding encoding, @ForAll @IntRange(max = 900) int cut) throws IOException {
    byte[] packed = pack(TestBytes.random(2, 1000), encoding);
    Checksum object = stored.put(Arrays.copyOf(packed, cut));
    assertThat(objects.plain(object, encoding)).isEmpty();
  }

  @Test
  void whatIsNotCompressedIsLeftAsItIs() throws IOException {
    Checksum object = stored.put("only its name ends so".getBytes(UTF_8));
    for (PlainEncoding encoding : PlainEncoding.values()) {
      assertThat(objects.plain(object, encoding)).isEmpty();
    }
  }

  @Test
  void whatExpandsTooFarIsLeftAsItIs() throws IOException {
    for (PlainEncoding encoding : PlainEncoding.values()) {
      Checksum most = stored.put(pack(new byte[1 << 20], encoding));
      Checksum more = stored.put(pack(new byte[(1 << 20) + 1], encoding));
      assertThat(objects.plain(most, encoding)).isPresent();
      assertThat(objects.plain(more, encoding)).isEmpty();
    }
  }

  @Test
  void anObjectThatIsMissingIsNamed() {
    Checksum missing = Checksum.of(new byte[1]);
    assertThatThrownBy(() -> objects.plain(missing, PlainEncoding.XZ))
        .isInstanceOf(ObjectNotFoundException.class)
        .hasMessageContaining(missing.hex());
  }

  @Test
  void namesTellWhatAFileIs() {
    String module = "usr/lib/modules/6.1/kernel/a.ko.xz";
    assertThat(PlainEncoding.of(module)).contains(PlainEncoding.XZ);
    assertThat(PlainEncoding.XZ.plainPath(module)).isEqualTo("usr/lib/modules/6.1/kernel/a.ko");
    assertThat(CompressedKind.of(module)).isEqualTo(CompressedKind.MODULES);
    assertThat(CompressedKind.of("usr/lib/firmware/a.bin.zst")).isEqualTo(CompressedKind.FIRMWARE);
    assertThat(CompressedKind.of("usr/share/man/man1/a.1.gz")).isEqualTo(CompressedKind.OTHER);
    assertThat(PlainEncoding.of(".gz")).isEqualTo(Optional.empty());
    assertThat(PlainEncoding.of("usr/lib/a.ko")).isEmpty();
  }
}
