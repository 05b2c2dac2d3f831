package io.deltaport.image.cold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltaport.oci.Digest;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The last byte comes only when all are known to be right. */
final class HeldBackStreamTest {
  private static final byte[] BYTES = "some bytes of a blob".getBytes(StandardCharsets.UTF_8);

  @Test
  void whatIsRightComesWhole() throws IOException {
    for (int length = 1; length <= BYTES.length; length++) {
      try (InputStream in = stream(length, null)) {
        assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOf(BYTES, length));
      }
    }
    assertThat(stream(BYTES.length, Digest.sha256(BYTES)).readAllBytes()).isEqualTo(BYTES);
  }

  @Test
  void anotherDigestKeepsTheLastByteBack() throws IOException {
    InputStream in = stream(BYTES.length, Digest.sha256(new byte[0]));
    assertThat(in.readNBytes(BYTES.length - 1)).hasSize(BYTES.length - 1);
    assertThatThrownBy(in::read).hasMessage("told").hasCauseInstanceOf(WrongBlobException.class);
  }

  @Test
  void aSourceThatFailsToCloseKeepsTheLastByteBack() throws IOException {
    InputStream source =
        new ByteArrayInputStream(BYTES) {
          @Override
          public void close() throws IOException {
            throw new IOException("damaged");
          }
        };
    InputStream in = new HeldBackStream(source, 5, null, HeldBackStreamTest::told);
    assertThat(in.readNBytes(4)).hasSize(4);
    assertThatThrownBy(in::read).hasMessage("told").rootCause().hasMessage("damaged");
  }

  @Test
  void anEarlyEndIsAFailure() {
    assertThatThrownBy(() -> stream(BYTES.length + 1, null).readAllBytes())
        .hasCauseInstanceOf(EOFException.class);
  }

  private static InputStream stream(int length, Digest digest) {
    return new HeldBackStream(
        new ByteArrayInputStream(BYTES), length, digest, HeldBackStreamTest::told);
  }

  private static IOException told(IOException e) {
    return new IOException("told", e);
  }
}
