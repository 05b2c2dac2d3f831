package io.deltaport.ostree.staticdelta;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.OstreeFormatException;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a superblock or part has, it is read within its bounds or refused. */
class StaticDeltaFuzzTest {
  private static final byte[] SOURCE = {10, 20, 30, 40, 50};
  private static final int OBJECT_BYTES = 1 << 16;

  static Stream<byte[]> superblocks() {
    return Stream.of(StaticDeltaFormatTest.superblock().encode());
  }

  static Stream<byte[]> parts() throws IOException {
    return Stream.of(StaticDeltaMutationTest.patched(3, 2, 0));
  }

  @MethodSource("superblocks")
  @FuzzTest
  void aSuperblockIsReadOrRefused(byte[] input) {
    try {
      assertThat(Superblock.decode(input).encode()).isEqualTo(input);
    } catch (OstreeFormatException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }

  @MethodSource("parts")
  @FuzzTest
  void aPartIsAppliedOrRefused(byte[] input) throws IOException {
    DeltaObject object = new DeltaObject(DeltaObject.FILE, Checksum.of(input));
    PartHeader header =
        new PartHeader(Checksum.of(input), input.length, OBJECT_BYTES, List.of(object));
    try {
      new DeltaApplier(name -> SOURCE, (made, fileHeader, content) -> {})
          .apply(DeltaPart.decode(input), header);
    } catch (OstreeFormatException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }
}
