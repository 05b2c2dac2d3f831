package io.deltaport.remote;

import io.deltaport.image.remote.Archives;
import io.deltaport.image.remote.RemoteFile;
import io.deltaport.remote.RemoteMetrics.Kind;
import io.deltaport.util.Conditions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Answers the plain requests for whole objects whose files are ready, on the event loop and before
 * {@link RemoteResource}, which gets everything else. A pull is thousands of such requests, and
 * what REST does for each takes longer than all the rest.
 */
@ApplicationScoped
class ReadyObjects {
  private static final String ROOT = "/ostree/";

  private final Archives archives;
  private final RemoteMetrics metrics;

  ReadyObjects(Archives archives, RemoteMetrics metrics) {
    this.archives = archives;
    this.metrics = metrics;
  }

  void register(@Observes Router router) {
    router.get(ROOT + "*").handler(this::answer);
  }

  private void answer(RoutingContext routing) {
    HttpServerRequest request = routing.request();
    if (Conditions.of(request.headers()::getAll).isEmpty()) {
      Optional<RemoteFile> file = find(request.path());
      if (file.isPresent() && file.get() instanceof RemoteFile.Stored stored) {
        send(routing, stored);
        return;
      }
    }
    routing.next();
  }

  private Optional<RemoteFile> find(String path) {
    // What needs decoding is nothing that a client of ours sends.
    if (path.indexOf('%') >= 0) {
      return Optional.empty();
    }
    List<RemotePath> readings = RemotePath.parse(path.substring(ROOT.length()));
    return readings.size() == 1
            && readings.getFirst().item() instanceof RemotePath.ObjectFile(var object)
        ? archives.ready(readings.getFirst().repository(), object)
        : Optional.empty();
  }

  private void send(RoutingContext routing, RemoteFile.Stored file) {
    HttpServerResponse response = routing.response();
    RemoteAnswer.headers(file, true, response::putHeader);
    response.putHeader(HttpHeaders.CONTENT_TYPE, RemoteAnswer.CONTENT_TYPE);
    if (file.length() <= RemoteAnswer.MEMORY_BYTES_MAX) {
      try {
        response.end(Buffer.buffer(RemoteAnswer.read(file, 0, file.length())));
        metrics.sent(Kind.OBJECTS, file.length());
      } catch (IOException e) {
        // It made room for others just now, and is made anew.
        routing.next();
      }
    } else {
      response
          .sendFile(file.path().toAbsolutePath().toString(), 0, file.length())
          .onSuccess(sent -> metrics.sent(Kind.OBJECTS, file.length()))
          .onFailure(e -> passOn(routing));
    }
  }

  /** The same for a file that is sent from the disk, unless the client is what failed. */
  private static void passOn(RoutingContext routing) {
    if (!routing.response().headWritten() && !routing.response().closed()) {
      routing.next();
    }
  }
}
