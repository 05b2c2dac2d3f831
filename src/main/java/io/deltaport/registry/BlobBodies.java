package io.deltaport.registry;

import io.deltaport.http.AnswerOutput;
import io.deltaport.http.StreamedAnswer;
import io.deltaport.image.cold.GrowingBlob;
import io.deltaport.util.ByteRange;
import io.vertx.ext.web.RoutingContext;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/** Bodies of answers with blobs that are being made again. */
final class BlobBodies {
  private static final Logger LOG = Logger.getLogger(BlobBodies.class);
  private static final int BUFFER_BYTES = 64 << 10;

  private BlobBodies() {}

  /** Returns the body with a part of a blob that is being made, as far as it is at each moment. */
  static StreamedAnswer follow(GrowingBlob blob, ByteRange part, RoutingContext routing) {
    return closing(blob, routing, out -> follow(blob, part, out));
  }

  private static void follow(GrowingBlob blob, ByteRange part, AnswerOutput out)
      throws IOException {
    for (long at = part.offset(); at < part.end(); ) {
      long end = Math.min(part.end(), blob.await(at));
      out.transferFrom(blob.file(), at, end - at);
      at = end;
    }
  }

  /** Returns the body with the bytes of a stream. */
  static StreamedAnswer copy(InputStream in, RoutingContext routing) {
    return closing(in, routing, out -> copy(in, out));
  }

  private static void copy(InputStream in, AnswerOutput out) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
      out.write(buffer, 0, got);
    }
  }

  /** Closes the content when the body is written, or when the connection ends before it begins. */
  private static StreamedAnswer closing(
      Closeable content, RoutingContext routing, StreamedAnswer.Body body) {
    AtomicBoolean begun = new AtomicBoolean();
    routing.addEndHandler(
        ended -> {
          if (begun.compareAndSet(false, true)) {
            Thread.startVirtualThread(() -> close(content));
          }
        });
    return new StreamedAnswer(
        out -> {
          if (begun.compareAndSet(false, true)) {
            try {
              body.write(out);
            } finally {
              close(content);
            }
          }
        });
  }

  /** What counts was checked before the last byte was handed out. */
  private static void close(Closeable content) {
    try {
      content.close();
    } catch (IOException e) {
      LOG.debugf(e, "What a blob was made from could not be closed");
    }
  }
}
