package io.deltaport.delta;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class BinaryDiffTest {
  @Property(tries = 300)
  void aScriptMakesTheTarget(
      @ForAll long seed,
      @ForAll @IntRange(max = 60_000) int length,
      @ForAll @IntRange(min = 1, max = 60) int edits,
      @ForAll DeltaEffort effort)
      throws IOException {
    byte[] source = TestBytes.random(seed, length);
    byte[] target = TestBytes.edited(source, seed + 1, edits);

    assertThat(apply(source, target, BinaryDiff.compare(source, target, effort))).isEqualTo(target);
  }

  @Property(tries = 500)
  void aScriptMakesTheTargetFromFewSymbols(
      @ForAll @Size(max = 300) @IntRange(max = 2) byte[] source,
      @ForAll @Size(max = 300) @IntRange(max = 2) byte[] target,
      @ForAll DeltaEffort effort)
      throws IOException {
    assertThat(apply(source, target, BinaryDiff.compare(source, target, effort))).isEqualTo(target);
  }

  @Test
  void equalFilesAreOneCopy() {
    byte[] file = TestBytes.random(1, 100_000);

    EditScript script = BinaryDiff.compare(file, file.clone(), DeltaEffort.DEFAULT);

    assertThat(script.size()).isEqualTo(1);
    assertThat(script.matchedBytes()).isEqualTo(100_000);
  }

  @Test
  void unrelatedFilesAreNotWorthwhile() {
    EditScript script =
        BinaryDiff.compare(
            TestBytes.random(1, 300_000), TestBytes.random(2, 300_000), DeltaEffort.DEFAULT);

    assertThat(script.isWorthwhile()).isFalse();
  }

  @Test
  void changedBytesWithinAnAlignmentBecomeAdditions() {
    byte[] source = TestBytes.random(3, 10_000);
    byte[] target = source.clone();
    for (int i = 7; i < target.length; i += 15) {
      target[i]++;
    }

    EditScript script = BinaryDiff.compare(source, target, DeltaEffort.DEFAULT);

    assertThat(script.matchedBytes()).isEqualTo(10_000);
    assertThat(script.size()).as("runs of 14 bytes are not worth a copy each").isEqualTo(1);
  }

  @Test
  void aBlockThatMovedIsFound() {
    byte[] source = TestBytes.random(4, 50_000);
    byte[] target = source.clone();
    System.arraycopy(source, 30_000, target, 0, 20_000);
    System.arraycopy(source, 0, target, 20_000, 30_000);

    EditScript script = BinaryDiff.compare(source, target, DeltaEffort.DEFAULT);

    assertThat(script.matchedBytes()).isEqualTo(50_000);
    assertThat(script.size()).isEqualTo(2);
  }

  @Test
  void repetitiveFilesTakeLinearTime() throws IOException {
    byte[] source = new byte[2_000_000];
    byte[] target = new byte[2_000_000];
    for (int i = 0; i < target.length; i++) {
      source[i] = (byte) (i % 24 == 0 ? i >>> 10 : 0);
      target[i] = (byte) (i % 24 == 1 ? i >>> 11 : 0);
    }

    assertThat(apply(source, target, BinaryDiff.compare(source, target, DeltaEffort.DEFAULT)))
        .isEqualTo(target);
  }

  private static byte[] apply(byte[] source, byte[] target, EditScript script) throws IOException {
    ByteArrayOutputStream result = new ByteArrayOutputStream();
    script.forEach(
        new EditSink() {
          @Override
          public void copy(long sourceOffset, long targetOffset, long length) {
            assertThat(result.size()).isEqualTo((int) targetOffset);
            result.write(source, (int) sourceOffset, (int) length);
          }

          @Override
          public void add(long sourceOffset, long targetOffset, long length) {
            assertThat(result.size()).isEqualTo((int) targetOffset);
            assertThat(sourceOffset + length).isLessThanOrEqualTo(source.length);
            result.writeBytes(range(target, targetOffset, length));
          }

          @Override
          public void literal(long targetOffset, long length) {
            assertThat(result.size()).isEqualTo((int) targetOffset);
            result.writeBytes(range(target, targetOffset, length));
          }
        });
    return result.toByteArray();
  }

  private static byte[] range(byte[] bytes, long offset, long length) {
    return Arrays.copyOfRange(bytes, (int) offset, (int) (offset + length));
  }
}
