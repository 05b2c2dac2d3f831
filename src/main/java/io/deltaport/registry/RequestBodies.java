package io.deltaport.registry;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Opens the bodies of requests under the limits that operators set. Thread-safe. */
@ApplicationScoped
class RequestBodies {
  private final ClientPace.Limits limits;

  RequestBodies(
      @ConfigProperty(name = "deltaport.upload.timeout") Duration timeout,
      @ConfigProperty(name = "deltaport.upload.min-bytes-per-second") long bytesPerSecond) {
    this.limits = new ClientPace.Limits(timeout, bytesPerSecond);
  }

  /** Opens the body; the caller closes it before the answer goes out. */
  RequestBody open(RoutingContext routing) {
    // Of the connection's event loop, also on a virtual thread that serves the request.
    Context context = Vertx.currentContext();
    return RequestBody.open(routing.request(), context, new ClientPace(limits));
  }
}
