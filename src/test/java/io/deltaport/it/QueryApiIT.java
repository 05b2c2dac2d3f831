package io.deltaport.it;

import static io.deltaport.it.Registry.INDEX;
import static io.deltaport.it.Registry.MANIFEST;
import static io.deltaport.it.Registry.assertError;
import static io.deltaport.it.Registry.descriptor;
import static io.deltaport.it.Registry.digestOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists of tags, of repositories and of referrers, a page at a time. */
class QueryApiIT {
  private static final String TYPE = "application/vnd.example.thing";
  private static final String OTHER_TYPE = "application/vnd.example.other+json";

  /** More than one page of referrers, whatever the page. */
  private static final int MANY = 1_050;

  private final Registry registry = Registry.fresh();

  @Test
  void theRegistrySpeaksTheProtocol() {
    Response response = registry.request().get("/v2/");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.header("Docker-Distribution-API-Version")).isEqualTo("registry/2.0");
  }

  @Test
  void tagsComeInLexicalOrderAPageAtATime() {
    pushTags("b", "a10", "a9", "A", "a", "_x");
    assertThat(tags("")).containsExactly("A", "_x", "a", "a10", "a9", "b");

    List<String> collected = new ArrayList<>();
    String next = registry.path("tags/list?n=4");
    while (next != null) {
      Response page = registry.request().get(next);
      assertThat(page.statusCode()).isEqualTo(200);
      collected.addAll(page.jsonPath().getList("tags", String.class));
      next = nextPage(page);
    }
    assertThat(collected).containsExactly("A", "_x", "a", "a10", "a9", "b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "x", "1.5", "0x10"})
  void aPageSizeThatIsNoNumberIsRefused(String n) {
    pushTags("a");
    Response response = registry.request().get(registry.path("tags/list?n=" + n));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.jsonPath().getString("errors[0].code")).isNotBlank();
  }

  @Test
  void aHugePageSizeIsClamped() {
    pushTags("a", "b");
    assertThat(tags("?n=999999999999")).containsExactly("a", "b");
  }

  @Test
  void aPageOfNothingIsEmptyAndTheLast() {
    pushTags("a", "b");
    Response response = registry.request().get(registry.path("tags/list?n=0"));
    assertThat(response.jsonPath().getList("tags")).isEmpty();
    assertThat(response.header("Link")).isNull();
  }

  @Test
  void lastNeedNotBeATag() {
    pushTags("a", "c");
    assertThat(tags("?last=b")).containsExactly("c");
    assertThat(tags("?last=a")).containsExactly("c");
    assertThat(tags("?last=zzz")).isEmpty();
    assertThat(tags("?last=%27%3B%20DROP%20TABLE%20tag%3B--")).containsExactly("a", "c");
    assertThat(tags("?last=%25")).containsExactly("a", "c");
  }

  @Test
  void anUnknownRepositoryHasNoTagList() {
    assertError(registry.request().get(registry.path("tags/list")), 404, "NAME_UNKNOWN");
  }

  @Test
  void theCatalogNamesRepositories() {
    pushTags("a");
    String before = registry.repository().substring(0, registry.repository().length() - 1);
    List<String> names =
        registry
            .request()
            .get("/v2/_catalog?n=1&last=" + before)
            .jsonPath()
            .getList("repositories", String.class);
    assertThat(names).containsExactly(registry.repository());
  }

  @Test
  void referrersTellWhatTheyAre() {
    String subject = registry.pushArtifact("subject", TYPE);
    String referrer = refer(subject, TYPE, 1);
    refer(subject, OTHER_TYPE, 2);

    Response all = referrers(subject, "");
    assertThat(all.contentType()).startsWith(INDEX);
    assertThat(all.jsonPath().getList("manifests")).hasSize(2);
    assertThat(all.header("OCI-Filters-Applied")).isNull();

    Response filtered = referrers(subject, "?artifactType=" + TYPE);
    assertThat(filtered.header("OCI-Filters-Applied")).isEqualTo("artifactType");
    assertThat(filtered.jsonPath().getList("manifests.digest")).containsExactly(referrer);
    assertThat(filtered.jsonPath().getString("manifests[0].artifactType")).isEqualTo(TYPE);
    assertThat(filtered.jsonPath().getString("manifests[0].mediaType")).isEqualTo(MANIFEST);
    assertThat(filtered.jsonPath().getString("manifests[0].annotations.number")).isEqualTo("1");
    assertThat(referrers(subject, "?artifactType=application/none").jsonPath().getList("manifests"))
        .isEmpty();
    Response plus = referrers(subject, "?artifactType=application/vnd.example.other%2Bjson");
    assertThat(plus.jsonPath().getList("manifests")).hasSize(1);
  }

  @Test
  void aReferrerThatIsDeletedIsListedNoMore() {
    String subject = registry.pushArtifact("subject", TYPE);
    String referrer = refer(subject, TYPE, 1);
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
  }

  @ParameterizedTest
  @ValueSource(strings = {"latest", "sha256:abc", "sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709"})
  void aMalformedSubjectIsRefused(String digest) {
    assertError(referrers(digest, ""), 400, "DIGEST_INVALID");
  }

  @Test
  void manyReferrersComeInPages() {
    String subject = registry.pushArtifact("subject", TYPE);
    for (int i = 0; i < MANY; i++) {
      refer(subject, TYPE, i);
    }
    List<String> collected = new ArrayList<>();
    int pages = 0;
    String next = registry.path("referrers/" + subject + "?artifactType=" + TYPE);
    while (next != null) {
      Response page = registry.request().get(next);
      collected.addAll(page.jsonPath().getList("manifests.digest", String.class));
      next = nextPage(page);
      pages++;
    }
    assertThat(collected).hasSize(MANY).doesNotHaveDuplicates();
    assertThat(pages).isGreaterThan(1);
  }

  @Test
  void aMethodThatIsNotThereIsUnsupported() {
    assertError(registry.request().post(registry.path("tags/list")), 405, "UNSUPPORTED");
  }

  private void pushTags(String... tags) {
    for (String tag : tags) {
      registry.pushArtifact(tag, TYPE);
    }
  }

  private List<String> tags(String query) {
    Response response = registry.request().get(registry.path("tags/list" + query));
    assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
    assertThat(response.jsonPath().getString("name")).isEqualTo(registry.repository());
    return response.jsonPath().getList("tags", String.class);
  }

  private String refer(String subject, String type, int number) {
    String empty = descriptor(Registry.EMPTY, digestOf("{}"), 2);
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"%s","artifactType":"%s","config":%s,"layers":[],\
        "subject":%s,"annotations":{"number":"%d"}}"""
            .formatted(MANIFEST, type, empty, descriptor(MANIFEST, subject, 1), number);
    return registry.pushManifest(digestOf(manifest), MANIFEST, manifest);
  }

  private Response referrers(String subject, String query) {
    return registry.request().get(registry.path("referrers/" + subject + query));
  }

  private static String nextPage(Response page) {
    String link = page.header("Link");
    if (link == null) {
      return null;
    }
    assertThat(link).matches("<[^>]+>; rel=\"next\"");
    return link.substring(1, link.indexOf('>'));
  }
}
