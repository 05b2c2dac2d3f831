package io.deltaport.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class ReadAheadInputStreamTest {
  @Test
  void bytesComeInOrder() throws IOException {
    for (int size : new int[] {0, 1, 262_143, 262_144, 262_145, 5_000_000}) {
      byte[] bytes = LayerAbsorberTest.random(size, size);
      try (InputStream in = new ReadAheadInputStream(new ByteArrayInputStream(bytes), () -> {})) {
        assertThat(in.readAllBytes()).isEqualTo(bytes);
        assertThat(in.read()).isEqualTo(-1);
      }
    }
  }

  @Test
  void whatTheSourceThrowsComesAfterTheBytesBefore() throws IOException {
    for (Throwable failure : new Throwable[] {new IOException("a"), new AssertionError("b")}) {
      try (InputStream in =
          new ReadAheadInputStream(new FailingInputStream(300_000, failure), () -> {})) {
        assertThat(in.readNBytes(300_000)).hasSize(300_000);
        assertThatThrownBy(in::read).isSameAs(failure);
        assertThatThrownBy(in::read).isSameAs(failure);
      }
    }
  }

  @Test
  void closingEndsTheThreadAndClosesTheSource() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 7;
          }

          @Override
          public int read(byte[] bytes, int offset, int count) {
            bytes[offset] = 7;
            return closed.getCount() == 0 ? -1 : 1;
          }

          @Override
          public void close() {
            closed.countDown();
          }
        };
    InputStream in = new ReadAheadInputStream(endless, () -> {});
    assertThat(in.read()).isEqualTo(7);
    in.close();
    assertThat(closed.getCount()).isZero();
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("layer-expand");
  }

  @Test
  void anInterruptedReaderStops() throws IOException {
    byte[] bytes = new byte[5_000_000];
    try (InputStream in = new ReadAheadInputStream(new ByteArrayInputStream(bytes), () -> {})) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(in::readAllBytes).isInstanceOf(IOException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  private static final class FailingInputStream extends InputStream {
    private final Throwable failure;
    private int left;

    FailingInputStream(int length, Throwable failure) {
      this.left = length;
      this.failure = failure;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
      int got = Math.min(count, left);
      left -= got;
      return got > 0 ? got : read();
    }

    @Override
    public int read() throws IOException {
      if (failure instanceof IOException e) {
        throw e;
      }
      throw (Error) failure;
    }
  }
}
