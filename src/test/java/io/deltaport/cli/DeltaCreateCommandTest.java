package io.deltaport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.deltaport.delta.ocidelta.Annotations;
import io.deltaport.delta.ocidelta.ReceivedDelta;
import io.deltaport.oci.Descriptor;
import io.deltaport.oci.OciLayout;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code deltaport delta create} with images on this machine. */
final class DeltaCreateCommandTest {
  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int create(String... arguments) {
    return new CommandLine(new DeltaCreateCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  private int createFromImages(String... options) throws IOException {
    byte[] program = new byte[60_000];
    new Random(1).nextBytes(program);
    byte[] changed = program.clone();
    changed[3000]++;
    String source =
        new TestImage()
            .plain(Map.of("usr/bin/program", program, "usr/bin/kept", new byte[70]))
            .write(folder.resolve("old"), "v1");
    String target =
        new TestImage()
            .plain(Map.of("usr/bin/program", changed, "usr/bin/kept", new byte[70]))
            .write(folder.resolve("new"), "v2");
    List<String> arguments = new ArrayList<>(List.of(options));
    arguments.addAll(List.of(source, target, "-o", folder.resolve("delta").toString()));
    return create(arguments.toArray(String[]::new));
  }

  @Test
  void aTableShowsWhereFilesComeFrom() throws IOException {
    assertThat(createFromImages("--explain")).isZero();

    assertThat(out.toString().lines())
        .anyMatch(
            line ->
                line.matches("0 B +1 B +60[.]0 kB +same-path +usr/bin/program +usr/bin/program"))
        .anyMatch(line -> line.equals("files that are copied as they are: 1"))
        .anyMatch(line -> line.startsWith("delta sha256:"))
        .noneMatch(line -> line.contains("usr/bin/kept"));
  }

  @Test
  void jsonHasEveryFileBesideWhatItHasOtherwise() throws IOException {
    assertThat(createFromImages("--explain", "--json")).isZero();

    JsonNode answer = Json.parse(out.toString());
    assertThat(answer.path("digest").asText()).startsWith("sha256:");
    assertThat(answer.path("files")).hasSize(2);
    JsonNode program = fileNamed(answer, "usr/bin/program");
    assertThat(program.path("reason").asText()).isEqualTo("same-path");
    assertThat(program.path("source").asText()).isEqualTo("usr/bin/program");
    assertThat(program.path("size").asLong()).isEqualTo(60_000);
    assertThat(program.path("copied").asLong()).isEqualTo(59_999);
    assertThat(program.path("new").asLong()).isZero();
    assertThat(fileNamed(answer, "usr/bin/kept").path("reason").asText()).isEqualTo("same-object");
  }

  private static JsonNode fileNamed(JsonNode answer, String path) {
    for (JsonNode file : answer.path("files")) {
      if (file.path("path").asText().equals(path)) {
        return file;
      }
    }
    throw new AssertionError("no file " + path);
  }

  @Test
  void withoutTheOptionNoFileIsListed() throws IOException {
    assertThat(createFromImages("--json")).isZero();

    assertThat(Json.parse(out.toString()).has("files")).isFalse();
  }

  @Test
  void aTarDiffOfVersionTwoIsMadeHereAlone() throws IOException {
    assertThat(createFromImages("--tar-diff-version=2")).isZero();
    try (OciLayout delta = OciLayout.open(folder.resolve("delta"))) {
      Descriptor layer = ReceivedDelta.read(delta).layers().values().iterator().next();
      assertThat(layer.mediaType()).isEqualTo(Annotations.TAR_DIFF);
      assertThat(new String(delta.read(layer), StandardCharsets.ISO_8859_1))
          .startsWith("tardf2\n\0");
    }
    assertThat(create("--tar-diff-version=2", "os:v1", "os:v2")).isEqualTo(2);
    assertThat(err.toString()).contains("version 1");
    assertThat(create("--tar-diff-version=3", "os:v1", "os:v2")).isEqualTo(2);
  }

  @Test
  void aServersDeltasAreExplainedByInspect() {
    assertThat(create("--explain", "os:v1", "os:v2")).isEqualTo(2);

    assertThat(err.toString()).contains("deltaport delta inspect");
  }
}
