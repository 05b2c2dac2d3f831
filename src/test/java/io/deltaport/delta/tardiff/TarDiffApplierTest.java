package io.deltaport.delta.tardiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDictContentType;
import io.deltaport.delta.RandomAccessContent;
import io.deltaport.delta.TestBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TarDiffApplierTest {
  private static final byte[] SOURCE = TestBytes.random(1, 1000);
  private static final long OUTPUT_MAX_BYTES = 1 << 20;

  private final ByteArrayOutputStream stream = new ByteArrayOutputStream();

  private TarDiffApplierTest operation(int kind, long number, byte... data) {
    stream.write(kind);
    long left = number;
    while (left < 0 || left > 0x7f) {
      stream.write((int) (left | 0x80));
      left >>>= 7;
    }
    stream.write((int) left);
    stream.writeBytes(data);
    return this;
  }

  private TarDiffApplierTest open(String path) {
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    return operation(TarDiffFormat.OPEN, bytes.length, bytes);
  }

  private byte[] delta(int version) {
    ByteArrayOutputStream delta = new ByteArrayOutputStream();
    delta.writeBytes(TarDiffFormat.magic(version));
    delta.writeBytes(Zstd.compress(stream.toByteArray()));
    return delta.toByteArray();
  }

  private static RandomAccessContent source(String path) throws IOException {
    if (!path.equals("etc/a")) {
      throw new NoSuchFileException(path);
    }
    return RandomAccessContent.of(SOURCE);
  }

  private static byte[] apply(byte[] delta) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long written =
        TarDiffApplier.apply(
            new ByteArrayInputStream(delta), TarDiffApplierTest::source, out, OUTPUT_MAX_BYTES);
    assertThat(written).isEqualTo(out.size());
    return out.toByteArray();
  }

  private void refused(int version, long offset, String problem) {
    assertThatThrownBy(() -> apply(delta(version)))
        .isInstanceOfSatisfying(
            TarDiffException.class, e -> assertThat(e.offset()).isEqualTo(offset))
        .hasMessageContaining(problem);
  }

  @Test
  void everyOperationOfVersionOne() throws IOException {
    operation(TarDiffFormat.DATA, 2, (byte) 'x', (byte) 'y');
    open("etc/a");
    operation(TarDiffFormat.COPY, 3);
    operation(TarDiffFormat.SEEK, 998);
    operation(TarDiffFormat.ADD, 2, (byte) 1, (byte) -1);

    assertThat(apply(delta(1)))
        .containsExactly(
            'x', 'y', SOURCE[0], SOURCE[1], SOURCE[2], SOURCE[998] + 1, SOURCE[999] - 1);
  }

  @Test
  void aDictionaryOfVersionTwo() throws IOException {
    byte[] target = SOURCE.clone();
    target[500]++;
    byte[] frame;
    try (ZstdCompressCtx context = new ZstdCompressCtx()) {
      context.loadDict(SOURCE, ZstdDictContentType.RAW_CONTENT);
      frame = context.compress(target);
    }
    assertThat(frame).hasSizeLessThan(100);
    open("etc/a").operation(TarDiffFormat.ZSTD_DICTIONARY, frame.length, frame);

    assertThat(apply(delta(2))).isEqualTo(target);
    refused(1, 7, "version 1");
  }

  @Test
  void bytesAfterADictionaryFrameAreRefused() {
    byte[] frame = Zstd.compress(new byte[] {1, 2, 3});
    byte[] tooLong = Arrays.copyOf(frame, frame.length + 1);
    open("etc/a").operation(TarDiffFormat.ZSTD_DICTIONARY, tooLong.length, tooLong);

    refused(2, 7, "zstd frame");
  }

  @Test
  void anotherMagicIsRefused() {
    byte[] delta = delta(1);
    delta[5] = '3';

    assertThatThrownBy(() -> apply(delta)).isInstanceOf(TarDiffException.class);
    assertThatThrownBy(() -> apply(new byte[3])).isInstanceOf(TarDiffException.class);
  }

  @Test
  void anUnknownOperationIsRefused() {
    operation(TarDiffFormat.DATA, 1, (byte) 0).operation(6, 0);
    refused(1, 3, "unknown operation 6");
  }

  @Test
  void aNumberBeyond63BitsIsRefused() {
    operation(TarDiffFormat.DATA, -1);
    refused(1, 0, "63 bits");
  }

  @ParameterizedTest
  @ValueSource(ints = {TarDiffFormat.COPY, TarDiffFormat.ADD, TarDiffFormat.SEEK})
  void withoutAnOpenSource(int kind) {
    operation(kind, 0);
    refused(1, 0, "no source is open");
  }

  @Test
  void aDictionaryWithoutAnOpenSource() {
    operation(TarDiffFormat.ZSTD_DICTIONARY, 0);
    refused(2, 0, "no source is open");
  }

  @Test
  void readingBeyondTheSourceIsRefused() {
    open("etc/a").operation(TarDiffFormat.SEEK, 999).operation(TarDiffFormat.COPY, 2);
    refused(1, 10, "1 left");
  }

  @Test
  void addingBeyondTheSourceIsRefused() {
    open("etc/a").operation(TarDiffFormat.ADD, 1001, new byte[1001]);
    refused(1, 7, "1000 left");
  }

  @Test
  void seekingBeyondTheSourceIsRefused() {
    open("etc/a").operation(TarDiffFormat.SEEK, 1001);
    refused(1, 7, "1001");
  }

  @Test
  void anAdditionOfMoreThan100MebibytesIsRefused() {
    open("etc/a").operation(TarDiffFormat.ADD, (100 << 20) + 1);
    refused(1, 7, "an addition of");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/etc/a", "../a", "etc/../../a", "etc//a", "./etc/a", "etc/a\0"})
  void aPathThatIsNotPlainIsRefused(String path) {
    open(path);
    refused(1, 0, "path");
  }

  @Test
  void aPathThatIsNotUtf8IsRefused() {
    operation(TarDiffFormat.OPEN, 1, (byte) 0xff);
    refused(1, 0, "UTF-8");
  }

  @Test
  void aPathThatIsTooLongIsRefused() {
    operation(TarDiffFormat.OPEN, 4097, new byte[4097]);
    refused(1, 0, "4097");
  }

  @Test
  void aFileThatTheOldImageLacksIsNamed() {
    open("etc/b");
    assertThatThrownBy(() -> apply(delta(1)))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("etc/b");
  }

  @Test
  void aStreamThatEndsWithinAnOperationIsRefused() {
    operation(TarDiffFormat.DATA, 5, (byte) 1);
    refused(1, 0, "ends early");
  }

  @Test
  void aCutZstdStreamIsRefused() {
    operation(TarDiffFormat.DATA, 1000, SOURCE);
    byte[] delta = delta(1);

    for (int length = 0; length < delta.length; length += 13) {
      byte[] cut = Arrays.copyOf(delta, length);
      assertThatThrownBy(() -> apply(cut)).isInstanceOf(TarDiffException.class);
    }
  }

  @Test
  void moreOutputThanAllowedIsRefused() {
    open("etc/a");
    for (int i = 0; i < 2000; i++) {
      operation(TarDiffFormat.SEEK, 0).operation(TarDiffFormat.COPY, 1000);
    }
    assertThatThrownBy(() -> apply(delta(1)))
        .isInstanceOf(TarDiffException.class)
        .hasMessageContaining("makes more than");
  }

  @Test
  void mutatedTarDiffsAreAppliedOrRefused() throws IOException {
    open("etc/a").operation(TarDiffFormat.ADD, 300, TestBytes.random(2, 300));
    operation(TarDiffFormat.SEEK, 100).operation(TarDiffFormat.COPY, 400);
    operation(TarDiffFormat.DATA, 200, TestBytes.random(3, 200));
    byte[] frame = Zstd.compress(new byte[2000]);
    operation(TarDiffFormat.ZSTD_DICTIONARY, frame.length, frame);
    byte[] operations = stream.toByteArray();
    Random random = new Random(4);
    for (int i = 0; i < 20_000; i++) {
      byte[] mutated = operations.clone();
      for (int changes = random.nextInt(4); changes >= 0; changes--) {
        mutated[random.nextInt(40)] = (byte) random.nextInt();
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
      }
      stream.reset();
      stream.writeBytes(mutated);
      survives(delta(2));
    }
  }

  @Test
  void mutatedZstdStreamsAreAppliedOrRefused() throws IOException {
    operation(TarDiffFormat.DATA, 1000, SOURCE).open("etc/a").operation(TarDiffFormat.COPY, 1000);
    byte[] delta = delta(1);
    Random random = new Random(5);
    for (int i = 0; i < 20_000; i++) {
      byte[] mutated = delta.clone();
      mutated[8 + random.nextInt(mutated.length - 8)] = (byte) random.nextInt();
      mutated[8 + random.nextInt(20)] ^= (byte) (1 << random.nextInt(8));
      survives(mutated);
    }
  }

  /** Only the two exceptions that callers are told of may come out. */
  private static void survives(byte[] delta) throws IOException {
    try {
      TarDiffApplier.apply(
          new ByteArrayInputStream(delta),
          TarDiffApplierTest::source,
          OutputStream.nullOutputStream(),
          OUTPUT_MAX_BYTES);
    } catch (TarDiffException | NoSuchFileException e) {
      assertThat(e).hasMessageNotContaining("null");
    }
  }
}
