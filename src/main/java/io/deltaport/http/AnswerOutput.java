package io.deltaport.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.impl.BufferImpl;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletionException;

/**
 * Where the body of an answer goes: to the connection, as fast as the client takes it. What it has
 * not taken is in a few pieces of memory, and a write waits until there is room for another. Used
 * by one thread, which may block.
 *
 * <p>To close it does nothing: the server ends the answer when the body is written.
 */
public final class AnswerOutput extends OutputStream {
  /** Small writes are gathered: each piece that is sent costs a turn of the event loop. */
  private static final int PIECE_BYTES = 32 << 10;

  private static final int PIECES = 2;

  private final HttpServerResponse response;
  private final Context connection;
  private final Queue<Future<Void>> underWay = new ArrayDeque<>(PIECES);
  private ByteBuf gathered;

  /**
   * Begins a body.
   *
   * @param connection runs on the thread that writes to the network
   */
  AnswerOutput(HttpServerResponse response, Context connection) {
    this.response = response;
    this.connection = connection;
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int done = 0;
    while (done < length) {
      if (gathered == null) {
        gathered = memory(PIECE_BYTES);
      }
      int count = Math.min(length - done, gathered.writableBytes());
      gathered.writeBytes(bytes, offset + done, count);
      done += count;
      if (!gathered.isWritable()) {
        sendGathered();
      }
    }
  }

  /**
   * Writes a part of a file, through memory, and waits for it. Read and written by one thread, the
   * connection's: with several of them the bytes go from one processor's cache to another's.
   *
   * @throws java.io.EOFException if the file ends before
   */
  public void transferFrom(FileChannel file, long position, long length) throws IOException {
    sendGathered();
    FilePump pump = new FilePump(response, file, position, length);
    connection.runOnContext(ignored -> pump.run(connection));
    pump.await();
  }

  /** Returns memory to send; {@link #send} gives it back. */
  static ByteBuf memory(int bytes) {
    return PooledByteBufAllocator.DEFAULT.directBuffer(bytes, bytes);
  }

  private void sendGathered() throws IOException {
    if (gathered != null) {
      awaitFewerThan(PIECES);
      underWay.add(send(response, gathered));
      gathered = null;
    }
  }

  /** Sends memory and gives it back then, whatever becomes of it: what is sent is a view of it. */
  static Future<Void> send(HttpServerResponse response, ByteBuf piece) {
    Future<Void> sent;
    try {
      sent = response.write(BufferImpl.buffer(piece));
    } catch (IllegalStateException ended) {
      sent = Future.failedFuture(ended);
    }
    return sent.onComplete(ignored -> piece.release());
  }

  private void awaitFewerThan(int most) throws IOException {
    while (underWay.size() >= most) {
      try {
        underWay.remove().toCompletionStage().toCompletableFuture().join();
      } catch (CompletionException e) {
        throw new ClientGoneException(e.getCause());
      }
    }
  }

  /** Sends everything and waits until the network has it. */
  void finish() throws IOException {
    sendGathered();
    awaitFewerThan(1);
  }

  /** Gives the memory back of an answer that is not to be finished. */
  void abandon() {
    if (gathered != null) {
      gathered.release();
      gathered = null;
    }
  }

  /** Sends nothing: small pieces wait for others, and the last one for the end. */
  @Override
  public void flush() {}
}
