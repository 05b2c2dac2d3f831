package io.deltaport.wiring;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Locale;

/**
 * Looks at request paths as they were sent, before the router tidies them up: a repository name
 * that only becomes valid by decoding or by removing dots is refused. Also says on every answer
 * which protocol this is.
 */
@ApplicationScoped
class RawPathFilter {
  /** Above everything else that looks at requests. */
  private static final int PRIORITY = 1000;

  private static final String NAME_INVALID =
      """
      {"errors":[{"code":"NAME_INVALID","message":"the path must not have empty, dot or encoded \
      segments"}]}""";

  /** PostgreSQL has no text with zeros in it, and nobody needs any. */
  private static final String ZERO =
      """
      {"errors":[{"code":"UNSUPPORTED","message":"the path must not have zero characters"}]}""";

  void register(@Observes Filters filters) {
    filters.register(RawPathFilter::check, PRIORITY);
  }

  private static void check(RoutingContext context) {
    String uri = context.request().uri();
    boolean registry = uri.startsWith("/v2");
    if (registry) {
      context.response().putHeader("Docker-Distribution-API-Version", "registry/2.0");
    }
    int query = uri.indexOf('?');
    boolean remote = uri.startsWith("/ostree");
    if ((registry || remote) && isSuspicious(query < 0 ? uri : uri.substring(0, query))) {
      refuse(context, NAME_INVALID);
    } else if (uri.contains("%00")) {
      refuse(context, ZERO);
    } else {
      context.next();
    }
  }

  private static void refuse(RoutingContext context, String body) {
    context.response().setStatusCode(400).putHeader("Content-Type", "application/json").end(body);
  }

  private static boolean isSuspicious(String path) {
    String lower = path.toLowerCase(Locale.ROOT);
    return lower.contains("//")
        || lower.contains("/./")
        || lower.contains("/../")
        || lower.endsWith("/..")
        || lower.contains("%2f")
        || lower.contains("%2e")
        || lower.contains("%5c")
        || lower.contains("%00");
  }
}
