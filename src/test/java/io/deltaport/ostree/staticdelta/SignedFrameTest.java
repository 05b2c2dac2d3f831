package io.deltaport.ostree.staticdelta;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SignedFrameTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 100, 118, 119, 120, 121, 130, 247, 65_000, 65_400, 66_000})
  void theFrameIsWhatWrappingPutsAround(int length) {
    Random random = new Random(length);
    byte[] superblock = new byte[length];
    random.nextBytes(superblock);
    byte[] signature = new byte[64];
    random.nextBytes(signature);
    Map<String, List<byte[]>> signatures =
        Map.of(SignedDelta.ED25519, List.of(signature, signature), "ostree.sign.b", List.of());

    SignedFrame frame = SignedFrame.around(length, signatures);

    byte[] wrapped = SignedDelta.wrap(superblock, signatures);
    byte[] framed =
        ByteBuffer.allocate(wrapped.length)
            .put(frame.head())
            .put(superblock)
            .put(frame.tail())
            .array();
    assertThat(framed).isEqualTo(wrapped);
    assertThat(frame.length()).isEqualTo(wrapped.length - length);
  }
}
