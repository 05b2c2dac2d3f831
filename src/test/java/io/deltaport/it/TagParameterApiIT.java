package io.deltaport.it;

import static io.deltaport.it.Registry.MANIFEST;
import static io.deltaport.it.Registry.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.response.Response;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tags that are set by parameters when a manifest is pushed by its digest. */
class TagParameterApiIT {
  private static final String TYPE = "application/vnd.example.thing";
  private static final int TAGS_MAX = 100;

  private final Registry registry = Registry.fresh();
  private final String manifest = registry.artifact(TYPE, "");
  private final String digest = Registry.digestOf(manifest);

  @Test
  void onePushSetsSeveralTags() {
    registry.pushManifest("latest", MANIFEST, registry.artifact(TYPE + ".old", ""));

    Response response = put(digest + "?tag=1.2.3&tag=1.2&tag=1&tag=latest&tag=1");

    assertThat(response.statusCode()).isEqualTo(201);
    assertThat(response.headers().getValues("OCI-Tag"))
        .containsExactlyInAnyOrder("1.2.3", "1.2", "1", "latest");
    for (String tag : List.of("1.2.3", "1.2", "1", "latest")) {
      assertThat(registry.request().get(registry.path("manifests/" + tag)).asString())
          .isEqualTo(manifest);
    }
  }

  @Test
  void withoutTagsThereIsNoHeader() {
    assertThat(put(digest).header("OCI-Tag")).isNull();
    assertThat(put("by-tag").header("OCI-Tag")).isNull();
    assertError(registry.request().get(registry.path("manifests/x")), 404, "MANIFEST_UNKNOWN");
  }

  /** As a registry does that does not know the parameter. */
  @Test
  void aPushByTagSetsThatTagAlone() {
    Response response = put("one?tag=two");
    assertThat(response.statusCode()).isEqualTo(201);
    assertThat(response.header("OCI-Tag")).isNull();
    assertError(registry.request().get(registry.path("manifests/two")), 404, "MANIFEST_UNKNOWN");
  }

  @Test
  void asManyTagsAsTheLimitAreSetAndNotOneMore() {
    assertThat(put(digest + tags(TAGS_MAX)).headers().getValues("OCI-Tag")).hasSize(TAGS_MAX);
    Registry other = Registry.fresh();
    Response tooMany =
        other.putManifest(digest + tags(TAGS_MAX + 1), MANIFEST, other.artifact(TYPE, ""));
    assertError(tooMany, 414, "MANIFEST_INVALID");
    assertNothingStored(other);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-a", ".a", "a%20b", "a/b", "%20", "sha256:abc", "%C3%A4"})
  void oneMalformedTagSpoilsThePush(String tag) {
    assertError(put(digest + "?tag=good&tag=" + tag), 400, "MANIFEST_INVALID");
    assertNothingStored(registry);
  }

  @Test
  void aWrongDigestSetsNoTag() {
    assertError(put(Registry.digestOf("another") + "?tag=good"), 400, "DIGEST_INVALID");
    assertNothingStored(registry);
  }

  private void assertNothingStored(Registry in) {
    for (String reference : List.of("good", "t0", digest)) {
      assertError(in.request().get(in.path("manifests/" + reference)), 404, "MANIFEST_UNKNOWN");
    }
  }

  private Response put(String reference) {
    return registry.putManifest(reference, MANIFEST, manifest);
  }

  private static String tags(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "tag=t" + i)
        .collect(Collectors.joining("&", "?", ""));
  }
}
