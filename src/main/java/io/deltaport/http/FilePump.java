package io.deltaport.http;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerResponse;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Copies a part of a file to a connection, on the connection's thread, as fast as the client takes
 * it. Reading blocks this thread as sendfile does.
 */
final class FilePump {
  /** Fits into the second-level cache of a core. */
  private static final int PIECE_BYTES = 128 << 10;

  /** Then other connections of the thread have their turn. */
  private static final int TURN_BYTES = 2 << 20;

  private final HttpServerResponse response;
  private final FileChannel file;
  private final long end;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private long at;

  FilePump(HttpServerResponse response, FileChannel file, long position, long length) {
    this.response = response;
    this.file = file;
    this.at = position;
    this.end = position + length;
  }

  /** Copies until the client has to catch up, and goes on by itself then. */
  void run(Context connection) {
    try {
      long turn = at + TURN_BYTES;
      while (at < end && !done.isDone()) {
        if (response.writeQueueFull()) {
          response.drainHandler(ignored -> run(connection));
          return;
        }
        if (at >= turn) {
          connection.runOnContext(ignored -> run(connection));
          return;
        }
        send(read());
      }
      done.complete(null);
    } catch (IOException | RuntimeException e) {
      done.completeExceptionally(e);
    }
  }

  private ByteBuf read() throws IOException {
    ByteBuf piece = AnswerOutput.memory((int) Math.min(PIECE_BYTES, end - at));
    try {
      int count = piece.writeBytes(file, at, piece.writableBytes());
      if (count < 0) {
        throw new EOFException("a file ends early");
      }
      at += count;
      return piece;
    } catch (IOException e) {
      piece.release();
      throw e;
    }
  }

  private void send(ByteBuf piece) {
    AnswerOutput.send(response, piece)
        .onFailure(gone -> done.completeExceptionally(new ClientGoneException(gone)));
  }

  /**
   * Waits until everything is sent, or on its way to a client that takes it.
   *
   * @throws ClientGoneException if the connection ended
   */
  void await() throws IOException {
    try {
      done.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw e;
    }
  }
}
