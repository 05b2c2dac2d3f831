package io.deltaport.wiring;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Says that the server is ready, and waits for its end. */
public final class Server implements QuarkusApplication {
  private static final Logger LOG = Logger.getLogger("deltaport");

  @ConfigProperty(name = "deltaport.data")
  String data;

  @ConfigProperty(name = "quarkus.http.host")
  String host;

  @ConfigProperty(name = "quarkus.http.port")
  int port;

  @ConfigProperty(name = "deltaport.scheme", defaultValue = "http")
  String scheme;

  @ConfigProperty(name = "deltaport.database.url", defaultValue = "")
  java.util.Optional<String> databaseUrl;

  @Override
  public int run(String... args) {
    if (!host.equals("localhost") && !host.startsWith("127.") && !host.equals("::1")) {
      LOG.warnf(
          "LISTENING ON %s WITHOUT ACCESS CONTROL: everyone who reaches this port may push, pull"
              + " and delete. Keep it inside a trusted network.",
          host);
    }
    LOG.infof(
        "Deltaport is ready on %s://%s:%d (data in %s, %s)",
        scheme,
        host,
        port,
        data,
        databaseUrl.isPresent() ? "PostgreSQL by URL" : "PostgreSQL of its own");
    Quarkus.waitForExit();
    return 0;
  }
}
