package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A server whose garbage is collected when a test says so, and for which time passes at once: every
 * time that its database remembers is moved into the past.
 */
record GcServer(ServerProcess process, Path data) implements AutoCloseable {
  /** Line of postmaster.pid with the port, counted from 0. */
  private static final int PORT_LINE = 3;

  /** Longer than the grace period, every lease and the life of an upload together. */
  private static final int PASSING_DAYS = 2;

  private static final String[] TIMES = {
    "update blob set leased_until = leased_until - %s",
    "update manifest set leased_until = leased_until - %1$s, pushed_at = pushed_at - %1$s",
    "update tag set updated_at = updated_at - %s",
    "update upload set updated_at = updated_at - %s",
    "update pack set leased_until = leased_until - %s",
    "update ostree_commit set leased_until = leased_until - %1$s, unused_since = unused_since - %1$s",
    "update ostree_upload set leased_until = leased_until - %s",
    "update gc_mark set since = since - %s"
  };

  /** Starts a server that collects no garbage unless it is asked. */
  static GcServer start(Path data, String... settings) throws IOException {
    ServerLaunch launch = ServerLaunch.on(data).setting("deltaport.gc.interval", "0s");
    for (int i = 0; i < settings.length; i += 2) {
      launch.setting(settings[i], settings[i + 1]);
    }
    return new GcServer(launch.start(), data);
  }

  Registry fresh() {
    return new Registry(process, "t/" + UUID.randomUUID());
  }

  /** Collects garbage and returns the report. */
  JsonPath collect() {
    return run(false);
  }

  /** Returns the report of what would be collected. */
  JsonPath dryRun() {
    return run(true);
  }

  private JsonPath run(boolean dryRun) {
    Response started =
        RestAssured.given()
            .baseUri(process.url())
            .contentType("application/json")
            .body(Map.of("dryRun", dryRun))
            .post("/api/v1/gc");
    assertThat(started.statusCode()).as(started.asString()).isEqualTo(202);
    String id = started.jsonPath().getString("id");
    Await.until("garbage is collected", Await.PATIENCE, () -> ended(id));
    return RestAssured.given().baseUri(process.url()).get("/api/v1/gc/" + id).jsonPath();
  }

  private boolean ended(String id) {
    JsonPath job = RestAssured.given().baseUri(process.url()).get("/api/v1/jobs/" + id).jsonPath();
    String state = job.getString("state");
    if (state.equals("failed")) {
      throw new AssertionError(job.getString("error") + "\n" + process.log());
    }
    return state.equals("done");
  }

  /** Lets all protection run out, and then what is garbage go: rows first, files with them. */
  void collectAll() throws SQLException {
    // Marks, then rows, then what hung on these rows, then the files.
    for (int round = 0; round < 4; round++) {
      collect();
      pass();
    }
    collect();
  }

  /** Lets two days pass. */
  void pass() throws SQLException {
    for (String times : TIMES) {
      sql(times.formatted("interval '" + PASSING_DAYS + " days'"));
    }
  }

  /** Changes the database behind the server's back. */
  void sql(String statement) throws SQLException {
    try (Connection connection = connect();
        Statement sql = connection.createStatement()) {
      sql.execute(statement);
    }
  }

  /** Returns the one number that a query gives. */
  long number(String query) throws SQLException {
    try (Connection connection = connect();
        Statement sql = connection.createStatement();
        ResultSet rows = sql.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /** Returns the one text that a query gives. */
  String text(String query) throws SQLException {
    try (Connection connection = connect();
        Statement sql = connection.createStatement();
        ResultSet rows = sql.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    }
  }

  private Connection connect() throws SQLException {
    try {
      Path postgres = data.resolve("postgres/postmaster.pid");
      Properties login = new Properties();
      login.setProperty("user", "deltaport");
      login.setProperty("password", Files.readString(data.resolve("postgres.password")).trim());
      return DriverManager.getConnection(
          "jdbc:postgresql://127.0.0.1:"
              + Files.readAllLines(postgres).get(PORT_LINE).trim()
              + "/postgres",
          login);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the files of the store below a folder, with their sizes. */
  SortedMap<String, Long> files(String folder) {
    SortedMap<String, Long> found = new TreeMap<>();
    Path root = data.resolve(folder);
    if (!Files.exists(root)) {
      return found;
    }
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        found.put(data.relativize(file).toString(), Files.size(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  /** Returns the file of a blob, whether or not it is there. */
  Path blob(String digest) {
    String hex = digest.substring("sha256:".length());
    return data.resolve("blobs/sha256").resolve(hex.substring(0, 2)).resolve(hex);
  }

  /** Returns how many things of a kind a report lists: {@code list} is removed or waiting. */
  static int count(JsonPath report, String list, String kind) {
    List<Map<String, Object>> items = report.getList("report." + list);
    return items.stream()
        .filter(item -> kind.equals(item.get("kind")))
        .mapToInt(item -> (Integer) item.get("count"))
        .sum();
  }

  @Override
  public void close() {
    process.close();
  }
}
