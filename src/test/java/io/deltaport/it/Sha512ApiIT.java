package io.deltaport.it;

import static io.deltaport.it.Registry.INDEX;
import static io.deltaport.it.Registry.MANIFEST;
import static io.deltaport.it.Registry.assertError;
import static io.deltaport.it.Registry.descriptor;
import static io.deltaport.it.Registry.sha512;
import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.oci.Digest;
import io.restassured.response.Response;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Content that is named by SHA-512, from the upload to the referrers. */
class Sha512ApiIT {
  private static final int SIZE = 100_000;

  private final Registry registry = Registry.fresh();
  private final byte[] content = randomBytes();
  private final String digest = sha512(content);

  @Test
  void aBlobComesInOneRequest() {
    Response response =
        registry.bytes(content).post(registry.path("blobs/uploads/?digest=" + digest));
    assertThat(response.statusCode()).isEqualTo(201);
    assertThat(response.header("Docker-Content-Digest")).isEqualTo(digest);
    assertStored(digest);
  }

  /** The digest at the end counts, whatever was announced at the beginning. */
  @ParameterizedTest
  @CsvSource({
    "'', sha512",
    "?digest-algorithm=sha256, sha512",
    "?digest-algorithm=sha512, sha512",
    "?digest-algorithm=sha512, sha256"
  })
  void aSessionEndsWithEitherAlgorithm(String begin, String algorithm) {
    String name = algorithm.equals("sha512") ? digest : Digest.sha256(content).toString();
    String upload = Registry.path(registry.request().post(registry.path("blobs/uploads/" + begin)));
    for (int from = 0; from < SIZE; from += SIZE / 4) {
      Response chunk =
          registry
              .bytes(Arrays.copyOfRange(content, from, from + SIZE / 4))
              .header("Content-Range", from + "-" + (from + SIZE / 4 - 1))
              .patch(upload);
      assertThat(chunk.statusCode()).isEqualTo(202);
      upload = Registry.path(chunk);
    }
    Response end = registry.request().put(upload + "?digest=" + name);
    assertThat(end.statusCode()).as(end.asString()).isEqualTo(201);
    assertStored(name);
  }

  @Test
  void anEmptyBlobHasASha512Digest() {
    String upload =
        Registry.path(
            registry.request().post(registry.path("blobs/uploads/?digest-algorithm=sha512")));
    String empty = sha512(new byte[0]);
    assertThat(registry.request().put(upload + "?digest=" + empty).statusCode()).isEqualTo(201);
    assertThat(registry.request().head(registry.path("blobs/" + empty)).statusCode())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sha384", "SHA512", "md5", "blake3", "sha512:abc"})
  void anAlgorithmThatIsNotSupportedIsRefused(String algorithm) {
    assertError(
        registry.request().post(registry.path("blobs/uploads/?digest-algorithm=" + algorithm)),
        400,
        "DIGEST_INVALID");
  }

  @Test
  void contentThatDoesNotMatchIsNotStored() {
    String wrong = sha512(new byte[] {1});
    assertError(
        registry.bytes(content).post(registry.path("blobs/uploads/?digest=" + wrong)),
        400,
        "DIGEST_INVALID");
    assertError(
        registry.bytes(content).put(registry.beginUpload() + "?digest=" + wrong),
        400,
        "DIGEST_INVALID");
    assertThat(registry.request().head(registry.path("blobs/" + wrong)).statusCode())
        .isEqualTo(404);
  }

  @Test
  void aBlobIsMountedByItsSha512Digest() {
    Registry other = Registry.fresh();
    other.bytes(content).post(other.path("blobs/uploads/?digest=" + digest));
    Response mounted =
        registry
            .request()
            .post(registry.path("blobs/uploads/?mount=" + digest + "&from=" + other.repository()));
    assertThat(mounted.statusCode()).isEqualTo(201);
    assertStored(digest);
  }

  @Test
  void manifestsIndexesAndReferrersGoBySha512() {
    String config = "{}";
    byte[] configBytes = config.getBytes(StandardCharsets.UTF_8);
    registry.bytes(configBytes).post(registry.path("blobs/uploads/?digest=" + sha512(configBytes)));
    String image =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[]}"
            .formatted(MANIFEST, descriptor(Registry.EMPTY, sha512(configBytes), 2));
    String child = push(image, MANIFEST, "");
    String index =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
            .formatted(INDEX, descriptor(MANIFEST, child, image.length()));
    String parent = push(index, INDEX, "?tag=multi");
    String referrer =
        image.replace(
            ",\"layers\"",
            ",\"subject\":" + descriptor(INDEX, parent, index.length()) + ",\"layers\"");
    String third = push(referrer, MANIFEST, "");

    Response multi = registry.request().get(registry.path("manifests/multi"));
    assertThat(multi.header("Docker-Content-Digest")).isEqualTo(parent);
    assertThat(multi.asString()).isEqualTo(index);
    assertThat(
            registry
                .request()
                .get(registry.path("referrers/" + parent))
                .jsonPath()
                .getList("manifests.digest"))
        .containsExactly(third);
    assertThat(registry.request().delete(registry.path("manifests/" + parent)).statusCode())
        .isEqualTo(202);
    assertError(registry.request().get(registry.path("manifests/multi")), 404, "MANIFEST_UNKNOWN");
  }

  private String push(String manifest, String type, String query) {
    String name = sha512(manifest.getBytes(StandardCharsets.UTF_8));
    Response response = registry.putManifest(name + query, type, manifest);
    assertThat(response.statusCode()).as(response.asString()).isEqualTo(201);
    assertThat(response.header("Docker-Content-Digest")).isEqualTo(name);
    return name;
  }

  private void assertStored(String name) {
    Response response = registry.request().get(registry.path("blobs/" + name));
    assertThat(response.asByteArray()).isEqualTo(content);
    assertThat(response.header("Docker-Content-Digest")).isEqualTo(name);
  }

  private static byte[] randomBytes() {
    byte[] bytes = new byte[SIZE];
    new Random().nextBytes(bytes);
    return bytes;
  }
}
