package io.deltaport.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;

/** What {@code deltaport fsck --json} said, and the status that it ended with. */
record ScrubReport(int status, JsonNode run, JsonNode findings, JsonNode rows) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Has the server look at everything. */
  static ScrubReport of(ServerProcess server) {
    return run("--rate", "0", "--server", server.url());
  }

  /** Looks at a folder that no server uses. */
  static ScrubReport offline(Path data) {
    return run("--data", data);
  }

  /** As above, and writes rows that the database has lost. */
  static ScrubReport rebuild(Path data) {
    return run("--data", data, "--rebuild");
  }

  private static ScrubReport run(Object... options) {
    Object[] arguments = new Object[options.length + 2];
    arguments[0] = "fsck";
    arguments[1] = "--json";
    System.arraycopy(options, 0, arguments, 2, options.length);
    Command.Result result =
        Command.program(Path.of("deltaport").toAbsolutePath().toString(), arguments).run();
    try {
      JsonNode whole = JSON.readTree(result.out());
      return new ScrubReport(
          result.status(), whole.path("run"), whole.path("findings"), whole.path("rows"));
    } catch (IOException e) {
      throw new UncheckedIOException(result.out() + result.err(), e);
    }
  }

  /** Returns the finding about a thing. */
  Optional<JsonNode> finding(String kind, String name) {
    for (JsonNode finding : findings) {
      if (finding.path("kind").asText().equals(kind)
          && finding.path("name").asText().equals(name)) {
        return Optional.of(finding);
      }
    }
    return Optional.empty();
  }
}
