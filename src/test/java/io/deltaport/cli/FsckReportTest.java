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
    return new FsckReport(Json.parse(run), (ArrayNode) list, null);
  }

  private static JsonNode rows(boolean rebuilt, long without, long restored)
      throws JsonProcessingException {
    String counts = "{\"found\":9,\"withoutRow\":%d,\"restored\":%d}".formatted(without, restored);
    return Json.parse(
        """
        {"rebuilt":%s,"packs":%s,"objects":%2$s,"recipes":%2$s,"layers":%2$s,"wrongObjects":0,
         "needed":0,"jobs":0,"mendedCommits":0,"problems":["packs/ab/x.pack: it is cut"]}"""
            .formatted(rebuilt, counts));
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
  void lostRowsAreDamageAndWrittenOnesARepair() throws JsonProcessingException {
    ArrayNode none = (ArrayNode) Json.parse("[]");
    FsckReport lost = new FsckReport(null, none, rows(false, 4, 0));
    assertThat(lost.status()).isEqualTo(FsckReport.DAMAGED);
    assertThat(lost.text(false))
        .contains("packs without rows: 4 of 9")
        .contains("packs/ab/x.pack: it is cut")
        .endsWith("nothing else was looked at");
    assertThat(Json.parse(lost.text(true)).path("rows").path("packs").path("found").asInt())
        .isEqualTo(9);

    FsckReport written = new FsckReport(Json.parse(DONE), none, rows(true, 4, 4));
    assertThat(written.status()).isEqualTo(FsckReport.REPAIRED);
    assertThat(written.text(false))
        .contains("objects without rows: 4 of 9, rows written: 4")
        .endsWith("the files are whole, and the rows are there again");

    FsckReport garbage = new FsckReport(Json.parse(DONE), none, rows(false, 4, 0));
    assertThat(garbage.status()).isEqualTo(FsckReport.CLEAN);
  }

  @Test
  void jsonHasRunAndFindings() throws JsonProcessingException {
    JsonNode json = Json.parse(report(DONE, OPEN).text(true));
    assertThat(json.path("run").path("items").asInt()).isEqualTo(7);
    assertThat(json.path("findings").path(0).path("name").asText()).isEqualTo("sha256:cd");
  }
}
