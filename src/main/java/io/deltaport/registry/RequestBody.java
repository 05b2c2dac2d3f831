package io.deltaport.registry;

import io.deltaport.http.ClientGoneException;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The body of a request as a stream for one blocking (usually virtual) thread.
 *
 * <p>The event loop queues what arrives and stops reading from the connection while more than
 * {@value #HIGH_WATER_BYTES} bytes wait, so that memory is bounded however large the body and
 * however slow the reader. A reader that falls behind takes many buffers for one wake-up, which is
 * what makes this faster than asking the event loop for each buffer.
 */
final class RequestBody extends InputStream {
  /** Bytes that may wait for the reader before the connection is paused. */
  static final int HIGH_WATER_BYTES = 512 << 10;

  /** Bytes left when the connection is read again. */
  static final int LOW_WATER_BYTES = 128 << 10;

  /** Bytes that a refused request may still send. */
  static final int DISCARD_MAX_BYTES = 64 << 20;

  /** Silence after which a refused request that did not end is cut off. */
  static final long LINGER_MILLIS = 2_000;

  private final HttpServerRequest request;
  private final Context context;
  private final ClientPace pace;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Buffer> queue = new ArrayDeque<>();
  private long queuedBytes;
  private boolean paused;
  private boolean ended;
  private Throwable failure;

  // Grows to the largest buffer that came: a client that sends bytes one by one costs little.
  private byte[] current = new byte[0];
  private int position;
  private int limit;

  private RequestBody(HttpServerRequest request, Context context, ClientPace pace) {
    this.request = request;
    this.context = context;
    this.pace = pace;
  }

  /**
   * Begins to read.
   *
   * @param request paused until now
   * @param context the connection's event loop
   */
  static RequestBody open(HttpServerRequest request, Context context, ClientPace pace) {
    RequestBody body = new RequestBody(request, context, pace);
    context.runOnContext(ignored -> body.begin());
    return body;
  }

  private void begin() {
    if (request.isEnded()) {
      end(null);
      return;
    }
    request.exceptionHandler(this::end);
    request.endHandler(ignored -> end(null));
    request.handler(this::arrived);
    if (request.response().closed()) {
      // A client that left before the handlers were there is not reported to them.
      end(new ClosedChannelException());
    }
    request.resume();
  }

  private void arrived(Buffer buffer) {
    lock.lock();
    try {
      queue.add(buffer);
      queuedBytes += buffer.length();
      if (queuedBytes > HIGH_WATER_BYTES && !paused) {
        paused = true;
        request.pause();
      }
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private void end(Throwable cause) {
    lock.lock();
    try {
      if (!ended) {
        ended = true;
        failure = cause;
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int read() throws IOException {
    return fill() ? current[position++] & 0xff : -1;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, limit - position);
    System.arraycopy(current, position, bytes, offset, count);
    position += count;
    return count;
  }

  /** {@inheritDoc} Needs no buffer of its own: thousands of slow uploads cost little. */
  @Override
  public long transferTo(OutputStream out) throws IOException {
    long total = 0;
    while (fill()) {
      out.write(current, position, limit - position);
      total += limit - position;
      position = limit;
    }
    return total;
  }

  /** Makes bytes available in {@link #current}; returns false at the end. */
  private boolean fill() throws IOException {
    while (position == limit) {
      Buffer next = next();
      if (next == null) {
        return false;
      }
      limit = next.length();
      if (current.length < limit) {
        current = new byte[limit];
      }
      next.getBytes(current);
      position = 0;
    }
    return true;
  }

  private Buffer next() throws IOException {
    lock.lock();
    try {
      await();
      Buffer buffer = queue.poll();
      if (buffer == null) {
        if (failure != null) {
          throw new ClientGoneException(failure);
        }
        return null;
      }
      queuedBytes -= buffer.length();
      pace.received(buffer.length());
      if (paused && queuedBytes < LOW_WATER_BYTES) {
        paused = false;
        context.runOnContext(ignored -> request.resume());
      }
      return buffer;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Gives up on what was not read. A little of it is still taken from the connection, so that the
   * client sees the answer; a client that goes on sending is cut off.
   */
  @Override
  public void close() {
    context.runOnContext(ignored -> discardRest());
  }

  private void discardRest() {
    lock.lock();
    try {
      queue.clear();
      if (ended) {
        return;
      }
    } finally {
      lock.unlock();
    }
    AtomicLong discarded = new AtomicLong();
    request.handler(
        buffer -> {
          if (discarded.addAndGet(buffer.length()) > DISCARD_MAX_BYTES) {
            cutOff();
          }
        });
    request.resume();
    cutOffWhenSilent(discarded, -1);
  }

  private void cutOffWhenSilent(AtomicLong discarded, long before) {
    long now = discarded.get();
    if (now == before) {
      cutOff();
      return;
    }
    context
        .owner()
        .setTimer(
            LINGER_MILLIS,
            ignored -> {
              if (!request.isEnded()) {
                cutOffWhenSilent(discarded, now);
              }
            });
  }

  private void cutOff() {
    if (request.version() == HttpVersion.HTTP_2) {
      // Other streams go on.
      request.response().reset();
    } else {
      request.connection().close();
    }
  }

  /** Waits until something arrived or the body ended. */
  private void await() throws IOException {
    try {
      while (queue.isEmpty() && !ended) {
        long patience = pace.remainingNanos();
        long left = changed.awaitNanos(patience);
        if (pace.isTooSlow(patience - left) && queue.isEmpty() && !ended) {
          throw new SlowClientException(pace.describe());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the server is stopping");
    }
  }
}
