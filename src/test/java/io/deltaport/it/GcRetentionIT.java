package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Retention rules of a configuration, on a real server. */
class GcRetentionIT {
  private static final String RULES = "deltaport.retention.rules";
  private static final String THING = "application/vnd.example.";

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private static GcServer server;

  @BeforeAll
  static void start() throws IOException {
    server =
        GcServer.start(
            FOLDER.fresh().resolve("data"),
            RULES + "[0].repositories",
            "releases/**",
            RULES + "[0].keep-last",
            "2",
            RULES + "[0].keep-tags",
            "lts-*,stable",
            RULES + "[1].repositories",
            "pulled/*,other/**",
            RULES + "[1].keep-pulled-days",
            "30");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Registry repository(String name) {
    return new Registry(server.process(), name);
  }

  private static List<String> tags(Registry registry) {
    return registry.request().get(registry.path("tags/list")).jsonPath().getList("tags");
  }

  private static int status(Registry registry, String digest) {
    return registry.request().head(registry.path("manifests/" + digest)).statusCode();
  }

  @Test
  void whoAskedForAManifestCanRelyOnIt() throws SQLException {
    Registry registry = repository("releases/asked/os");
    String asked = registry.pushArtifact("v1", THING + "asked");
    String unasked = registry.pushArtifact("v2", THING + "unasked");
    for (String newer : List.of("v3", "v4")) {
      registry.pushArtifact(newer, THING + newer);
    }
    server.collect();
    server.pass();
    assertThat(status(registry, asked)).isEqualTo(200);
    server.collect();
    assertThat(tags(registry)).containsExactly("v3", "v4");
    assertThat(status(registry, asked)).isEqualTo(200);
    assertThat(status(registry, unasked)).isEqualTo(404);
  }

  @Test
  void theLastTagsAndThoseWithANameStay() throws SQLException {
    Registry registry = repository("releases/a/os");
    for (String tag : List.of("lts-1", "v1", "v2", "v3", "v4")) {
      registry.pushArtifact(tag, THING + tag);
    }
    String moved = registry.pushArtifact("stable", THING + "old");
    registry.pushArtifact("stable", THING + "new");
    String untagged = registry.pushArtifact("v4", THING + "v4-again");

    server.collect();
    assertThat(tags(registry)).as("all are young").hasSize(6);
    server.pass();
    JsonPath dry = server.dryRun();
    assertThat(GcServer.count(dry, "removed", "tag")).isEqualTo(3);
    assertThat(tags(registry)).as("a dry run changes nothing").hasSize(6);
    server.collect();
    // The last pushes were v4, then stable.
    assertThat(tags(registry)).containsExactly("lts-1", "stable", "v4");
    assertThat(status(registry, moved)).as("stable has moved on").isEqualTo(404);
    assertThat(status(registry, untagged)).isEqualTo(200);
  }

  @Test
  void whatRefersToAnImageGoesAndStaysWithIt() throws SQLException {
    Registry registry = repository("releases/signed");
    String old = registry.pushArtifact("v1", THING + "v1");
    String oldSignature = sign(registry, old);
    registry.pushArtifact("v2", THING + "v2");
    String last = registry.pushArtifact("v3", THING + "v3");
    String lastSignature = sign(registry, last);
    server.pass();
    server.collect();
    assertThat(status(registry, old)).isEqualTo(404);
    assertThat(status(registry, oldSignature)).isEqualTo(404);
    assertThat(status(registry, last)).isEqualTo(200);
    assertThat(status(registry, lastSignature)).isEqualTo(200);
  }

  private static String sign(Registry registry, String subject) {
    int size = registry.request().get(registry.path("manifests/" + subject)).asByteArray().length;
    String fields = ",\"subject\":" + Registry.descriptor(Registry.MANIFEST, subject, size);
    String manifest = registry.artifact(THING + "signature", fields);
    return registry.pushManifest(Registry.digestOf(manifest), Registry.MANIFEST, manifest);
  }

  @Test
  void anIndexGoesWithItsPartsInOneRun() throws SQLException {
    Registry registry = repository("releases/index");
    String part = registry.pushArtifact("part", THING + "part");
    registry.request().delete(registry.path("manifests/part"));
    Response content = registry.request().get(registry.path("manifests/" + part));
    String index =
        registry.pushManifest(
            "v1",
            Registry.INDEX,
            """
            {"schemaVersion":2,"mediaType":"%s","manifests":[%s]}"""
                .formatted(
                    Registry.INDEX,
                    Registry.descriptor(Registry.MANIFEST, part, content.asByteArray().length)));
    registry.pushArtifact("v2", THING + "v2");
    registry.pushArtifact("v3", THING + "v3");
    server.pass();
    server.collect();
    assertThat(status(registry, index)).isEqualTo(404);
    assertThat(status(registry, part)).isEqualTo(404);
    assertThat(tags(registry)).containsExactly("v2", "v3");
  }

  @Test
  void whatDevicesPulledStaysUntilTheyDoNoMore() throws SQLException {
    Registry registry = repository("pulled/os");
    String run = registry.pushArtifact("v1", THING + "v1");
    String seen = registry.pushArtifact("v2", THING + "v2");
    assertThat(registry.request().get(registry.path("manifests/v1")).statusCode()).isEqualTo(200);
    assertThat(status(registry, seen)).as("HEAD is no pull").isEqualTo(200);
    server.collect();
    server.pass();
    server.collect();
    assertThat(tags(registry)).containsExactly("v1");
    server.sql("update manifest_pull set day = day - 31");
    server.collect();
    assertThat(tags(registry)).isNullOrEmpty();
    assertThat(status(registry, run)).isEqualTo(404);
  }

  @Test
  void eachGetOfAManifestIsCounted() throws SQLException {
    Registry registry = repository("pulled/counted");
    String digest = registry.pushArtifact("v1", THING + "v1");
    for (String reference : List.of("v1", "v1", digest, "none")) {
      registry.request().get(registry.path("manifests/" + reference));
    }
    assertThat(status(registry, digest)).as("HEAD is no pull").isEqualTo(200);
    server.collect(); // which writes what was counted
    assertThat(
            server.number(
                """
                select sum(pulls) from manifest_pull p join repository r on r.id = p.repository_id
                where r.name = 'pulled/counted' and p.digest = '%s'"""
                    .formatted(digest)))
        .isEqualTo(3);
  }

  @Test
  void withoutARuleEverythingStays() throws SQLException {
    Registry registry = repository("elsewhere/os");
    String untagged = registry.pushArtifact("v1", THING + "v1");
    registry.pushArtifact("v1", THING + "v2");
    server.collectAll();
    assertThat(status(registry, untagged)).isEqualTo(200);
    assertThat(tags(registry)).containsExactly("v1");
  }
}
