package io.deltaport.it;

import static io.deltaport.it.Registry.INDEX;
import static io.deltaport.it.Registry.MANIFEST;
import static io.deltaport.it.Registry.assertError;
import static io.deltaport.it.Registry.descriptor;
import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.oci.Digest;
import io.restassured.response.Response;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A repository sees what was pushed to it or mounted into it, and nothing tells of the rest. */
class IsolationIT {
  private static final String TYPE = "application/vnd.example.thing";

  private final Registry registry = Registry.fresh();
  private final Registry other = Registry.fresh();
  private final byte[] content = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);
  private final String digest = Digest.sha256(content).toString();

  @Test
  void aBlobIsUnknownUntilItIsMounted() {
    registry.pushBlob(content);
    assertError(get(other, "blobs/" + digest), 404, "BLOB_UNKNOWN");
    assertThat(other.request().head(other.path("blobs/" + digest)).statusCode()).isEqualTo(404);

    Response mounted = mount(other, "&from=" + registry.repository());

    assertThat(mounted.statusCode()).isEqualTo(201);
    assertThat(Registry.path(mounted)).isEqualTo(other.path("blobs/" + digest));
    assertThat(mounted.header("Docker-Content-Digest")).isEqualTo(digest);
    assertThat(get(other, "blobs/" + digest).asByteArray()).isEqualTo(content);
  }

  @Test
  void aBlobIsMountedFromWhereverItIs() {
    assertMountBeginsUpload(mount(registry, ""));
    Registry third = Registry.fresh();
    Response mounted = mount(third, "");
    assertThat(mounted.statusCode()).isEqualTo(201);
    assertThat(get(third, "blobs/" + digest).asByteArray()).isEqualTo(content);
  }

  @ParameterizedTest
  @ValueSource(strings = {"no/such/repository", "NOT/A/NAME", "../..", "%20"})
  void mountingFromWhatIsNoRepositoryBeginsAnUpload(String from) {
    other.pushBlob(content);
    assertMountBeginsUpload(mount(registry, "&from=" + from));
  }

  @Test
  void mountingABlobThatTheSourceLacksBeginsAnUpload() {
    Registry third = Registry.fresh();
    third.pushBlob(content);
    other.pushBlob(new byte[] {1});
    assertMountBeginsUpload(mount(registry, "&from=" + other.repository()));
  }

  @Test
  void aBlobThatNobodyHasAnyMoreIsNotMounted() {
    other.pushBlob(content);
    other.request().delete(other.path("blobs/" + digest));
    assertThat(mount(registry, "").statusCode()).isEqualTo(202);
    assertThat(mount(registry, "&from=" + other.repository()).statusCode()).isEqualTo(202);
    assertError(get(registry, "blobs/" + digest), 404, "BLOB_UNKNOWN");
  }

  @Test
  void aMalformedDigestIsNotMounted() {
    Response response =
        registry.request().post(registry.path("blobs/uploads/?mount=sha256:abc&from=a/b"));
    assertError(response, 400, "DIGEST_INVALID");
  }

  /** What exists elsewhere and what exists nowhere look the same, to the byte. */
  @Test
  void theUnknownAndTheInvisibleLookTheSame() {
    other.pushBlob(content);
    String manifest = other.pushArtifact("tag", TYPE);
    registry.pushArtifact("mine", TYPE + ".mine");
    String nothing = Registry.digestOf("nothing " + UUID.randomUUID());
    Registry empty = Registry.fresh();
    for (Registry mine : new Registry[] {registry, empty}) {
      for (String kind : new String[] {"blobs/", "manifests/", "referrers/"}) {
        for (String elsewhere : new String[] {digest, manifest}) {
          assertSame(get(mine, kind + elsewhere), elsewhere, get(mine, kind + nothing), nothing);
        }
      }
    }
    assertSame(get(registry, "manifests/tag"), "tag", get(registry, "manifests/gat"), "gat");
  }

  @Test
  void deletingWhatOnlyAnotherHasChangesNothing() {
    other.pushBlob(content);
    String manifest = other.pushArtifact("tag", TYPE);
    registry.pushArtifact("mine", TYPE + ".mine");
    assertError(delete(registry, "blobs/" + digest), 404, "BLOB_UNKNOWN");
    assertError(delete(registry, "manifests/" + manifest), 404, "MANIFEST_UNKNOWN");
    assertError(delete(registry, "manifests/tag"), 404, "MANIFEST_UNKNOWN");
    assertThat(get(other, "blobs/" + digest).statusCode()).isEqualTo(200);
    assertThat(get(other, "manifests/tag").statusCode()).isEqualTo(200);
  }

  @Test
  void deletingABlobLeavesItToOtherRepositories() {
    registry.pushBlob(content);
    other.pushBlob(content);
    delete(registry, "blobs/" + digest);
    assertThat(get(other, "blobs/" + digest).asByteArray()).isEqualTo(content);
  }

  @Test
  void aManifestOfAnotherRepositoryIsNoChild() {
    String manifest = other.pushArtifact("tag", TYPE);
    long size = get(other, "manifests/tag").asByteArray().length;
    String index =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
            .formatted(INDEX, descriptor(MANIFEST, manifest, size));
    assertError(registry.putManifest("multi", INDEX, index), 400, "MANIFEST_BLOB_UNKNOWN");
  }

  @Test
  void referrersBelongToTheirRepository() {
    String subject = registry.pushArtifact("subject", TYPE);
    other.pushManifest(
        "referrer",
        MANIFEST,
        other.artifact(TYPE, ",\"subject\":" + descriptor(MANIFEST, subject, 1)));
    assertThat(get(registry, "referrers/" + subject).jsonPath().getList("manifests")).isEmpty();
    assertThat(get(other, "referrers/" + subject).jsonPath().getList("manifests")).hasSize(1);
  }

  /**
   * A layer that may be missing is not looked for elsewhere: else a delta would hand out what it
   * holds to whoever knows its digest.
   */
  @Test
  void aLayerThatMayBeMissingIsNotTakenFromAnotherRepository() {
    other.pushBlob(content);
    byte[] config =
        "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"%s\"]}}"
            .formatted(digest)
            .getBytes(StandardCharsets.UTF_8);
    String image =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
            .formatted(
                MANIFEST,
                descriptor(
                    "application/vnd.oci.image.config.v1+json",
                    registry.pushBlob(config),
                    config.length),
                descriptor(
                    "application/vnd.oci.image.layer.nondistributable.v1.tar",
                    digest,
                    content.length));
    registry.pushManifest("foreign", MANIFEST, image);

    Jobs.awaitIdle(registry);

    assertThat(ImageState.find(registry, "foreign").orElseThrow().state()).isEqualTo("stored");
    registry.pushBlob(content);
    registry.pushManifest("foreign", MANIFEST, image);
    assertThat(ImageState.awaitSettled(registry, "foreign").state()).isEqualTo("opaque");
  }

  private void assertMountBeginsUpload(Response response) {
    assertThat(response.statusCode()).isEqualTo(202);
    Response stored = registry.bytes(content).put(Registry.path(response) + "?digest=" + digest);
    assertThat(stored.statusCode()).isEqualTo(201);
  }

  private static void assertSame(
      Response invisible, String name, Response unknown, String otherName) {
    assertThat(invisible.statusCode()).isEqualTo(unknown.statusCode());
    assertThat(invisible.asString().replace(name, "NAME"))
        .isEqualTo(unknown.asString().replace(otherName, "NAME"));
    assertThat(invisible.headers().asList().stream().map(Object::toString))
        .containsExactlyInAnyOrderElementsOf(
            unknown.headers().asList().stream().map(Object::toString).toList());
  }

  private Response mount(Registry target, String from) {
    return target.request().post(target.path("blobs/uploads/?mount=" + digest + from));
  }

  private static Response get(Registry in, String rest) {
    return in.request().get(in.path(rest));
  }

  private static Response delete(Registry in, String rest) {
    return in.request().delete(in.path(rest));
  }
}
