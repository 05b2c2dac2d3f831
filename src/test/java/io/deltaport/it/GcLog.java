package io.deltaport.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a server's garbage collector says about its heap. Not thread-safe. */
final class GcLog {
  private static final Pattern COLLECTION = Pattern.compile("Pause Full .* [0-9]+M->([0-9]+)M\\(");

  private final Path file;

  GcLog(Path file) {
    this.file = file;
  }

  /** Returns the option that makes a JVM write the log. */
  String option() {
    return "-Xlog:gc:file=" + file + ":uptime";
  }

  /** Collects everything that can be and returns what is left in bytes. */
  long liveBytes(ServerProcess server) throws IOException {
    int before = collections().size();
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Command.program(jcmd.toString(), server.pid(), "GC.run").ok();
    return Await.value(
        "the heap is collected",
        Await.PATIENCE,
        () -> collections().stream().skip(before).reduce((first, second) -> second));
  }

  private List<Long> collections() throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .map(COLLECTION::matcher)
          .filter(Matcher::find)
          .map(found -> Long.parseLong(found.group(1)) << 20)
          .toList();
    }
  }
}
