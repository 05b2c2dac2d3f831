package io.deltaport.wiring;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Without TLS there is HTTP/1.1 only, as with other servers of files. Old libcurl, which OSTree
 * clients bring along, asks to change over to HTTP/2 in the first request, takes hundreds of
 * objects through the one connection, and then waits for ever. With TLS both sides agree on HTTP/2
 * before anything is asked.
 */
@ApplicationScoped
class PlainHttp implements HttpServerOptionsCustomizer {
  @Override
  public void customizeHttpServer(HttpServerOptions options) {
    options.setHttp2ClearTextEnabled(false);
  }
}
