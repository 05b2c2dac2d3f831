package io.deltaport.it;

import static io.deltaport.it.Registry.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists of tags and of repositories, a page at a time. */
class QueryApiIT {
  private static final String TYPE = "application/vnd.example.thing";

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
      next = Registry.nextPage(page);
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
  void everyListAnswersHead() {
    pushTags("a");
    String upload = registry.beginUpload();
    for (String path :
        List.of(
            "/v2/", "/v2/_catalog", registry.path("tags/list"), registry.path("tags/list?n=0"))) {
      Response head = registry.request().head(path);
      Response get = registry.request().get(path);
      assertThat(head.statusCode()).as(path).isEqualTo(200);
      assertThat(head.asByteArray()).as(path).isEmpty();
      assertThat(head.contentType()).as(path).isEqualTo(get.contentType());
    }
    assertThat(registry.request().head(upload).statusCode()).isEqualTo(204);
    assertThat(registry.request().head(registry.path("tags/nothing")).statusCode()).isEqualTo(404);
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
}
