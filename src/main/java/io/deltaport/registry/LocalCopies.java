package io.deltaport.registry;

import io.deltaport.http.AnswerOutput;
import io.deltaport.http.StreamedAnswer;
import io.deltaport.util.ByteRange;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Sends files to clients on this machine, as a reverse proxy is one, by copying. Thread-safe.
 *
 * <p>Over a network card sendfile is cheapest: the card reads the page cache itself. On the
 * loopback device it hands the client pages that no processor cache holds; bytes that the server
 * has just copied come out of the cache that both share, and the client has its file sooner. A copy
 * costs memory, so a limited number goes on at once; whoever finds none free gets sendfile.
 */
@ApplicationScoped
class LocalCopies {
  private final Semaphore free;

  LocalCopies(@ConfigProperty(name = "deltaport.blob.local-copies") int copies) {
    this.free = new Semaphore(copies);
  }

  /**
   * Returns the answer with a part of a file, or nothing when sendfile serves the client better.
   */
  Optional<StreamedAnswer> offer(RoutingContext routing, Path file, ByteRange part) {
    HttpServerRequest request = routing.request();
    // With TLS every way of sending copies.
    if (request.isSSL() || !isLocal(request.connection().remoteAddress()) || !free.tryAcquire()) {
      return Optional.empty();
    }
    // Also when the connection ends before anything is sent.
    routing.addEndHandler(ended -> free.release());
    return Optional.of(new StreamedAnswer(out -> copy(file, part, out)));
  }

  private static boolean isLocal(SocketAddress peer) {
    String address = peer == null ? null : peer.hostAddress();
    return address != null && InetAddress.ofLiteral(address).isLoopbackAddress();
  }

  private static void copy(Path file, ByteRange part, AnswerOutput out) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      out.transferFrom(channel, part.offset(), part.length());
    }
  }
}
