package io.deltaport.it;

import static io.deltaport.it.Registry.INDEX;
import static io.deltaport.it.Registry.MANIFEST;
import static io.deltaport.it.Registry.assertError;
import static io.deltaport.it.Registry.descriptor;
import static io.deltaport.it.Registry.digestOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.response.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Manifests that name another one as their subject: signatures, SBOMs, deltas. */
class ReferrersApiIT {
  private static final String TYPE = "application/vnd.example.thing";
  private static final String OTHER_TYPE = "application/vnd.example.other+json";

  /** More than one page, whatever the page. */
  private static final int MANY = 1_050;

  /** What clients take for a list. */
  private static final int PAGE_BYTES_MAX = 4 << 20;

  private final Registry registry = Registry.fresh();
  private final String config =
      descriptor(Registry.EMPTY, registry.pushBlob("{}".getBytes(StandardCharsets.US_ASCII)), 2);

  @Test
  void referrersTellWhatTheyAre() {
    String subject = registry.pushArtifact("subject", TYPE);
    String referrer = refer(subject, TYPE, "1");
    refer(subject, OTHER_TYPE, "2");

    Response all = referrers(subject, "");
    assertThat(all.contentType()).startsWith(INDEX);
    assertThat(all.jsonPath().getList("manifests")).hasSize(2);
    assertThat(all.header("OCI-Filters-Applied")).isNull();

    Response filtered = referrers(subject, "?artifactType=" + TYPE);
    assertThat(filtered.header("OCI-Filters-Applied")).isEqualTo("artifactType");
    assertThat(filtered.jsonPath().getList("manifests.digest")).containsExactly(referrer);
    assertThat(filtered.jsonPath().getString("manifests[0].artifactType")).isEqualTo(TYPE);
    assertThat(filtered.jsonPath().getString("manifests[0].mediaType")).isEqualTo(MANIFEST);
    assertThat(filtered.jsonPath().getString("manifests[0].annotations.note")).isEqualTo("1");
    assertThat(filtered.jsonPath().getLong("manifests[0].size"))
        .isEqualTo(
            registry.request().get(registry.path("manifests/" + referrer)).asByteArray().length);
    assertThat(referrers(subject, "?artifactType=application/none").jsonPath().getList("manifests"))
        .isEmpty();
    Response plus = referrers(subject, "?artifactType=application/vnd.example.other%2Bjson");
    assertThat(plus.jsonPath().getList("manifests")).hasSize(1);
  }

  @Test
  void anArtifactTypeThatIsNotSaidIsThatOfTheConfigAndAnIndexHasNone() {
    String subject = digestOf("nobody");
    String field = ",\"subject\":" + descriptor(MANIFEST, subject, 1);
    String image = registry.artifact("", field);
    registry.pushManifest("image", MANIFEST, image);
    String index =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[]%s}".formatted(INDEX, field);
    registry.pushManifest("index", INDEX, index);

    Response all = referrers(subject, "");

    assertThat(all.jsonPath().getList("manifests.mediaType"))
        .containsExactlyInAnyOrder(MANIFEST, INDEX);
    assertThat(
            all.jsonPath()
                .getString("manifests.find{it.mediaType=='" + MANIFEST + "'}.artifactType"))
        .isEqualTo(Registry.EMPTY);
    assertThat(all.asString().split("artifactType", -1)).hasSize(2);
    assertThat(
            referrers(subject, "?artifactType=" + Registry.EMPTY.replace("+", "%2B"))
                .jsonPath()
                .getList("manifests"))
        .hasSize(1);
  }

  @Test
  void referrersMayComeBeforeTheirSubject() {
    String subject = registry.artifact(TYPE, "");
    String digest = digestOf(subject);
    String referrer = refer(digest, TYPE, "1");
    assertThat(referrers(digest, "").jsonPath().getList("manifests.digest"))
        .containsExactly(referrer);
    registry.pushManifest("subject", MANIFEST, subject);
    assertThat(referrers(digest, "").jsonPath().getList("manifests.digest"))
        .containsExactly(referrer);
    registry.request().delete(registry.path("manifests/" + digest));
    assertThat(referrers(digest, "").jsonPath().getList("manifests.digest"))
        .containsExactly(referrer);
  }

  @Test
  void aReferrerThatIsDeletedIsListedNoMore() {
    String subject = registry.pushArtifact("subject", TYPE);
    String referrer = refer(subject, TYPE, "1");
    registry.request().delete(registry.path("manifests/" + referrer));
    assertThat(referrers(subject, "").jsonPath().getList("manifests")).isEmpty();
  }

  @Test
  void anUnknownSubjectHasNoReferrers() {
    Response response = referrers(digestOf("nobody"), "");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.contentType()).startsWith(INDEX);
    assertThat(response.jsonPath().getInt("schemaVersion")).isEqualTo(2);
    assertThat(response.jsonPath().getList("manifests")).isEmpty();
    Response head = registry.request().head(registry.path("referrers/" + digestOf("nobody")));
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.contentType()).startsWith(INDEX);
  }

  @ParameterizedTest
  @ValueSource(strings = {"latest", "sha256:abc", "sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709"})
  void aMalformedSubjectIsRefused(String digest) {
    assertError(referrers(digest, ""), 400, "DIGEST_INVALID");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "x", "1.5"})
  void aPageSizeThatIsNoNumberIsRefused(String n) {
    assertError(referrers(digestOf("nobody"), "?n=" + n), 400, "UNSUPPORTED");
  }

  @Test
  void manyReferrersComeInPages() {
    String subject = registry.pushArtifact("subject", TYPE);
    for (int i = 0; i < MANY; i++) {
      refer(subject, TYPE, Integer.toString(i));
    }
    refer(subject, OTHER_TYPE, "not listed");
    assertThat(walk(subject, "?artifactType=" + TYPE)).hasSize(MANY).doesNotHaveDuplicates();
  }

  /** Clients take lists of four mebibytes, and the server's memory is no larger than that. */
  @Test
  void largeReferrersComeInPagesOfFewEach() {
    String subject = registry.pushArtifact("subject", TYPE);
    List<String> pushed = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      pushed.add(refer(subject, TYPE, i + "x".repeat(PAGE_BYTES_MAX * 2 / 5)));
    }
    assertThat(referrers(subject, "").asByteArray()).hasSizeLessThan(PAGE_BYTES_MAX);
    assertThat(walk(subject, "")).containsExactlyInAnyOrderElementsOf(pushed);
    assertThat(referrers(subject, "?n=0").jsonPath().getList("manifests")).isEmpty();
    assertThat(referrers(subject, "?n=0").header("Link")).isNull();
  }

  private List<String> walk(String subject, String query) {
    List<String> collected = new ArrayList<>();
    int pages = 0;
    String next = registry.path("referrers/" + subject + query);
    while (next != null) {
      Response page = registry.request().get(next);
      assertThat(page.statusCode()).isEqualTo(200);
      collected.addAll(page.jsonPath().getList("manifests.digest", String.class));
      next = Registry.nextPage(page);
      pages++;
    }
    assertThat(pages).isGreaterThan(1);
    return collected;
  }

  private String refer(String subject, String type, String note) {
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"%s","artifactType":"%s","config":%s,"layers":[],\
        "subject":%s,"annotations":{"note":"%s"}}"""
            .formatted(MANIFEST, type, config, descriptor(MANIFEST, subject, 1), note);
    return registry.pushManifest(digestOf(manifest), MANIFEST, manifest);
  }

  private Response referrers(String subject, String query) {
    return registry.request().get(registry.path("referrers/" + subject + query));
  }
}
