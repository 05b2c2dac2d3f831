package io.deltaport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import org.junit.jupiter.api.Test;

/** The status for the shell follows from the findings. */
final class FsckReportTest {
  private static final String DONE =
      """
      {"state":"done","done":2000000,"items":7,"unreferencedFiles":0}""";
  private static final String REPAIRED =
      """
      {"kind":"blob","name":"sha256:ab","damage":"cut","detail":"d","outcome":"repaired",
       "quarantine":"quarantine/1/x","settled":"2026-01-01T00:00:00Z"}""";
  private static final String OPEN =
      """
      {"kind":"manifest","name":"sha256:cd","repository":"os","damage":"changed","detail":"d",
       "outcome":"awaiting push"}""";

  private static FsckReport report(String run, String... findings) throws JsonProcessingException {
    JsonNode list = Json.parse("[" + String.join(",", findings) + "]");
    return new FsckReport(Json.parse(run), (ArrayNode) list);
  }

  @Test
  void statusTellsHowItEnded() throws JsonProcessingException {
    assertThat(report(DONE).status()).isEqualTo(FsckReport.CLEAN);
    assertThat(report(DONE, REPAIRED).status()).isEqualTo(FsckReport.REPAIRED);
    assertThat(report(DONE, REPAIRED, OPEN).status()).isEqualTo(FsckReport.DAMAGED);
    assertThat(report("{\"state\":\"failed\"}").status()).isEqualTo(FsckReport.FAILED);
  }

  @Test
  void linesNameEverything() throws JsonProcessingException {
    assertThat(report(DONE).text(false)).isEqualTo("2.0 MB in 7 items: everything is whole");
    assertThat(report(DONE, REPAIRED, OPEN).text(false))
        .contains("blob sha256:ab: cut (d); repaired, kept as quarantine/1/x")
        .contains("manifest sha256:cd of os: changed (d); awaiting push")
        .endsWith("2 damaged, not all repaired");
    assertThat(report("{\"state\":\"failed\",\"error\":\"no disk\"}").text(false))
        .isEqualTo("the scrub failed: no disk");
  }

  @Test
  void jsonHasRunAndFindings() throws JsonProcessingException {
    JsonNode json = Json.parse(report(DONE, OPEN).text(true));
    assertThat(json.path("run").path("items").asInt()).isEqualTo(7);
    assertThat(json.path("findings").path(0).path("name").asText()).isEqualTo("sha256:cd");
  }
}
