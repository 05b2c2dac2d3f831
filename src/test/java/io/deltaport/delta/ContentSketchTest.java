package io.deltaport.delta;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class ContentSketchTest {
  private static ContentSketch sketch(byte[] content, int anchors) throws IOException {
    return ContentSketch.of(new ByteArrayInputStream(content), anchors);
  }

  @Property(tries = 50)
  void theSmallestAnchorsAreKept(@ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int most)
      throws IOException {
    byte[] content = TestBytes.random(seed, 100_000);
    ContentSketch all = sketch(content, 100_000);
    ContentSketch some = sketch(content, most);

    assertThat(all.limit()).isEqualTo(ContentSketch.LIMIT_MAX);
    assertThat(all.anchors()).hasSizeBetween(1200, 1900).isSorted().doesNotHaveDuplicates();
    assertThat(some.anchors()).isEqualTo(Arrays.copyOf(all.anchors(), most));
    assertThat(some.limit()).isEqualTo(all.anchors()[most]);
  }

  @Property(tries = 50)
  void anchorsDoNotDependOnWhatIsBeforeThem(
      @ForAll long seed, @ForAll @IntRange(max = 70_000) int before) throws IOException {
    byte[] content = TestBytes.random(seed, 20_000);
    byte[] moved = TestBytes.random(seed + 1, before + content.length);
    System.arraycopy(content, 0, moved, before, content.length);
    long[] anchors = sketch(content, 10_000).anchors();
    long[] found = sketch(moved, 10_000).anchors();

    assertThat(anchors).hasSizeGreaterThan(200);
    assertThat(LongStream.of(anchors)).allMatch(anchor -> Arrays.binarySearch(found, anchor) >= 0);
  }

  @Test
  void repetitionCountsOnce() throws IOException {
    assertThat(sketch(new byte[1 << 20], 100).anchors()).hasSizeLessThanOrEqualTo(1);
    assertThat(sketch(new byte[0], 100).anchors()).isEmpty();
    assertThat(sketch(TestBytes.random(1, 39), 100).anchors()).isEmpty();
  }
}
