package io.deltaport.image.cold;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltaport.oci.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many readers follow one blob in the making, and none gets a whole one that is wrong. */
final class RebuildTest {
  private static final int BYTES = 3_000_000;
  private static final int READERS = 50;

  @TempDir Path folder;

  private final byte[] blob = new byte[BYTES];
  private Path file;
  private Path kept;
  private ExecutorService threads;

  @BeforeEach
  void makeBlob() {
    new Random(5).nextBytes(blob);
    file = folder.resolve("making");
    kept = folder.resolve("kept");
    threads = Executors.newVirtualThreadPerTaskExecutor();
  }

  @AfterEach
  void endThreads() {
    threads.close();
    assertThat(file).doesNotExist();
  }

  @Test
  void everyReaderGetsTheWholeBlob() throws Exception {
    Rebuild rebuild = rebuild(blob, true);
    List<Future<byte[]>> readers = new ArrayList<>();
    for (int i = 0; i < READERS; i++) {
      assertThat(rebuild.join()).isTrue();
      readers.add(threads.submit(() -> read(rebuild)));
    }
    rebuild.run(() -> new ByteArrayInputStream(blob), made -> Files.move(made, kept));
    for (Future<byte[]> reader : readers) {
      assertThat(reader.get()).isIn(blob, new byte[0]);
    }
    assertThat(kept).hasBinaryContent(blob);
    assertThat(rebuild.join()).isFalse();
  }

  @Test
  void aWrongByteIsNeverPartOfAWholeAnswer() throws Exception {
    byte[] wrong = blob.clone();
    wrong[BYTES / 2] ^= 1;
    Rebuild rebuild = rebuild(blob, true);
    assertThat(rebuild.join()).isTrue();
    Future<byte[]> reader = threads.submit(() -> read(rebuild));
    assertThatThrownBy(() -> rebuild.run(() -> new ByteArrayInputStream(wrong), made -> {}))
        .isInstanceOf(WrongBlobException.class);
    assertThatThrownBy(reader::get).hasCauseInstanceOf(IOException.class);
    assertThat(rebuild.join()).isFalse();
  }

  @Test
  void anEndThatComesTooSoonOrTooLateIsWrong() {
    for (int length : new int[] {BYTES - 1, BYTES + 1, 0}) {
      byte[] other = Arrays.copyOf(blob, length);
      Rebuild rebuild = rebuild(blob, true);
      assertThatThrownBy(() -> rebuild.run(() -> new ByteArrayInputStream(other), made -> {}))
          .isInstanceOf(WrongBlobException.class);
    }
  }

  @Test
  void whatNobodyWaitsForAndNobodyKeepsIsGivenUp() {
    Rebuild rebuild = rebuild(blob, false);
    assertThat(rebuild.join()).isTrue();
    rebuild.leave();
    assertThatThrownBy(() -> rebuild.run(() -> new ByteArrayInputStream(blob), made -> {}))
        .hasCauseInstanceOf(CancellationException.class);
  }

  @Test
  void whoComesLateToOneThatIsNotKeptReadsOn() throws Exception {
    Rebuild rebuild = rebuild(blob, false);
    assertThat(rebuild.join()).isTrue();
    Future<byte[]> reader = threads.submit(() -> read(rebuild));
    InputStream slow =
        new ByteArrayInputStream(blob) {
          @Override
          public synchronized int read(byte[] bytes, int offset, int count) {
            return super.read(bytes, offset, Math.min(count, 4096));
          }
        };
    rebuild.run(() -> slow, made -> {});
    assertThat(reader.get()).isIn(blob, new byte[0]);
  }

  private Rebuild rebuild(byte[] content, boolean wanted) {
    return new Rebuild(Digest.sha256(content), content.length, file, wanted);
  }

  /** Returns what a reader gets who follows; nothing when it came too late to open the file. */
  private static byte[] read(Rebuild rebuild) throws IOException {
    FileChannel channel = rebuild.open();
    if (channel == null) {
      rebuild.leave();
      return new byte[0];
    }
    ByteArrayOutputStream got = new ByteArrayOutputStream();
    try (GrowingBlob growing = new GrowingBlob(rebuild, channel, failure -> failure)) {
      for (long at = 0; at < rebuild.length(); ) {
        long end = growing.await(at);
        assertThat(end).isGreaterThan(at);
        ByteBuffer piece = ByteBuffer.allocate((int) (end - at));
        while (piece.hasRemaining()) {
          assertThat(channel.read(piece, at + piece.position())).isPositive();
        }
        got.write(piece.array());
        at = end;
      }
    }
    return got.toByteArray();
  }
}
