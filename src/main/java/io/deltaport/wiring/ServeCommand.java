package io.deltaport.wiring;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.config.ConfigProvider;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Prepares what the server stands on (data folder, database) and then boots it. A setting may come
 * as an option, an environment variable or a property, in this order of strength.
 */
@Command(
    name = "deltaport serve",
    mixinStandardHelpOptions = true,
    description = "Starts the registry. Nothing needs to be configured.",
    footer = {
      "",
      "Each option may be given as an environment variable instead: DELTAPORT_DATA, DELTAPORT_PORT, "
          + "DELTAPORT_HOST, DELTAPORT_DATABASE_URL, DELTAPORT_DATABASE_USERNAME, "
          + "DELTAPORT_DATABASE_PASSWORD, DELTAPORT_TLS_CERTIFICATE, DELTAPORT_TLS_KEY; or as "
          + "deltaport.data and so on in config/application.properties."
    })
final class ServeCommand implements Callable<Integer> {
  private static final int HIGHEST_PORT = 65_535;
  private static final long QUARKUS_STOP_SECONDS = 15;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder for everything that is stored (default: data).")
  private String data;

  @Option(names = "--port", paramLabel = "N", description = "Port to listen on (default: 5000).")
  private String port;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description = "Address to listen on (default: localhost).")
  private String host;

  @Option(
      names = "--database-url",
      paramLabel = "URL",
      description =
          "PostgreSQL to use, as postgresql://HOST[:PORT]/DATABASE (default: one of its own in DIR).")
  private String databaseUrl;

  @Option(
      names = "--database-username",
      paramLabel = "NAME",
      description = "User of that PostgreSQL.")
  private String databaseUsername;

  @Option(
      names = "--database-password",
      paramLabel = "WORD",
      description =
          "Its password; everyone on this machine can read it in the list of processes, "
              + "so the environment variable is better.")
  private String databasePassword;

  @Mixin private TlsOptions tls;

  @Override
  public Integer call() {
    try {
      return serve();
    } catch (StartException e) {
      System.err.println("deltaport: " + e.getMessage());
      return 1;
    }
  }

  private int serve() throws StartException {
    setProperty("deltaport.data", data);
    setProperty("deltaport.port", port);
    setProperty("deltaport.host", host);
    setProperty("deltaport.database.url", databaseUrl);
    setProperty("deltaport.database.username", databaseUsername);
    setProperty("deltaport.database.password", databasePassword);
    checkAddress();
    tls.apply(setting("deltaport.port", "5000"));
    return run(Path.of(setting("deltaport.data", "data")), Server.class);
  }

  /** Runs a program on a data folder and its database, and returns 0 unless it could not start. */
  static int run(Path data, Class<? extends QuarkusApplication> program) throws StartException {
    DataFolder folder = DataFolder.open(data);
    BackupCommand.checkFinished(folder.path());
    System.setProperty("deltaport.data", folder.path().toString());
    EmbeddedPostgres postgres = connectDatabase(folder.path());
    return boot(postgres, program);
  }

  private static int boot(EmbeddedPostgres postgres, Class<? extends QuarkusApplication> program) {
    CountDownLatch stopped = new CountDownLatch(1);
    if (postgres != null) {
      // PostgreSQL ends last: this hook runs beside Quarkus' own and waits for it.
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    await(stopped);
                    postgres.stop();
                  },
                  "postgres-stop"));
    }
    AtomicInteger status = new AtomicInteger();
    Quarkus.run(
        program,
        (code, failure) -> {
          if (failure != null) {
            System.err.println("deltaport: the server could not start: " + rootMessage(failure));
            if (System.getenv("DELTAPORT_TRACE") != null) {
              failure.printStackTrace();
            }
          }
          status.set(failure == null ? 0 : 1);
          stopped.countDown();
          if (failure != null) {
            System.exit(1);
          }
        });
    stopped.countDown();
    return status.get();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(QUARKUS_STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns the innermost message that says something. */
  private static String rootMessage(Throwable failure) {
    String message = failure.toString();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause.getMessage() != null) {
        message = cause.getMessage();
      }
    }
    return message;
  }

  private static EmbeddedPostgres connectDatabase(Path folder) throws StartException {
    String url = setting("deltaport.database.url", "");
    if (!url.isEmpty()) {
      String plain = url.startsWith("jdbc:") ? url.substring("jdbc:".length()) : url;
      if (!plain.startsWith("postgresql://")) {
        throw new StartException(
            "the database URL must begin with postgresql://, not \"" + url + "\"");
      }
      useDatabase(
          "jdbc:" + plain,
          setting("deltaport.database.username", ""),
          setting("deltaport.database.password", ""));
      return null;
    }
    EmbeddedPostgres postgres = EmbeddedPostgres.start(folder);
    useDatabase(postgres.jdbcUrl(), EmbeddedPostgres.USER, postgres.password());
    return postgres;
  }

  private static void useDatabase(String jdbcUrl, String username, String password) {
    System.setProperty("quarkus.datasource.jdbc.url", jdbcUrl);
    System.setProperty("quarkus.datasource.reactive.url", jdbcUrl.substring("jdbc:".length()));
    if (!username.isEmpty()) {
      System.setProperty("quarkus.datasource.username", username);
    }
    if (!password.isEmpty()) {
      System.setProperty("quarkus.datasource.password", password);
    }
  }

  private static void checkAddress() throws StartException {
    String text = setting("deltaport.port", "5000");
    String address = setting("deltaport.host", "localhost");
    if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > HIGHEST_PORT) {
      throw new StartException("the port must be a number from 0 to 65535, not \"" + text + "\"");
    }
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.getByName(address), Integer.parseInt(text)));
    } catch (IOException e) {
      throw new StartException(
          "cannot listen on "
              + address
              + ":"
              + text
              + " ("
              + e.getMessage()
              + "); choose another port with --port",
          e);
    }
  }

  private static void setProperty(String name, String value) {
    if (value != null) {
      System.setProperty(name, value);
    }
  }

  private static String setting(String name, String otherwise) {
    return ConfigProvider.getConfig().getOptionalValue(name, String.class).orElse(otherwise);
  }
}
