package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The conformance program of the OCI distribution specification, with every check on that it has.
 *
 * <p>The system property {@code deltaport.conformance.rounds} repeats it.
 */
class ConformanceIT {
  private static final int ROUNDS = Integer.getInteger("deltaport.conformance.rounds", 1);

  /** Checks of the pinned version without the sparse ones: with fewer, an option lost its name. */
  private static final int TESTS_MIN = 980;

  private static final List<String> APIS =
      List.of(
          "ping",
          "pull",
          "push",
          "blobs_atomic",
          "blobs_delete",
          "blobs_digest_header",
          "blobs_mount_anonymous",
          "blobs_upload_cancel",
          "manifests_atomic",
          "manifests_delete",
          "manifests_digest_header",
          "manifests_tag_param",
          "tags_atomic",
          "tags_delete",
          "tags_list",
          "referrer");

  private static final List<String> DATA =
      List.of(
          "image",
          "index",
          "index_list",
          "artifact",
          "subject",
          "subject_missing",
          "artifact_list",
          "subject_list",
          "data_field",
          "nondistributable",
          "custom_fields",
          "no_layers",
          "empty_blob",
          "sha512");

  private static final Pattern COUNT =
      Pattern.compile(
          "<testsuite name=\"[^\"]*\" tests=\"([0-9]+)\" failures=\"([0-9]+)\""
              + " errors=\"([0-9]+)\"(?: skipped=\"([0-9]+)\")?");

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  /** The program wants to push manifests whose blobs are missing; that is off by default. */
  @Test
  void everyOptionalCheckPassesWhereSparseManifestsAreAllowed() throws IOException {
    Clients.require("oci-conformance");
    ServerLaunch launch =
        ServerLaunch.on(FOLDER.fresh().resolve("data"))
            .setting("deltaport.sparse-manifests", "all");
    try (ServerProcess server = launch.start()) {
      for (int round = 0; round < ROUNDS; round++) {
        assertConforms(server, true);
      }
    }
  }

  @Test
  void everyOtherCheckPassesAsTheServerComes() throws IOException {
    Clients.require("oci-conformance");
    assertConforms(SharedServer.get(), false);
  }

  private static void assertConforms(ServerProcess server, boolean sparse) throws IOException {
    Path results = FOLDER.fresh();
    String repository = "conformance/" + UUID.randomUUID();
    Command program =
        Command.client("oci-conformance")
            .in(results)
            .env("OCI_RESULTS_DIR", results)
            .env("OCI_VERSION", "dev")
            .env("OCI_REGISTRY", server.host())
            .env("OCI_TLS", "disabled")
            .env("OCI_REPO1", repository + "/one")
            .env("OCI_REPO2", repository + "/two")
            .env("OCI_DATA_SPARSE", sparse);
    APIS.forEach(name -> program.env("OCI_API_" + name.toUpperCase(Locale.ROOT), true));
    DATA.forEach(name -> program.env("OCI_DATA_" + name.toUpperCase(Locale.ROOT), true));

    Command.Result result = program.run();

    Matcher counts = COUNT.matcher(Files.readString(results.resolve("junit.xml")));
    assertThat(counts.find()).as(result.err()).isTrue();
    assertThat(Integer.parseInt(counts.group(1))).isGreaterThan(TESTS_MIN);
    assertThat(counts.group(2)).as("failures%n%s", result.err()).isEqualTo("0");
    assertThat(counts.group(3)).as("errors%n%s", result.err()).isEqualTo("0");
    assertThat(counts.group(4)).as("skipped%n%s", result.out()).isIn(null, "0");
    result.ok();
  }
}
