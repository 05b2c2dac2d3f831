package io.deltaport.it;

import static io.deltaport.it.Registry.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.oci.Digest;
import io.deltaport.util.Hex;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Blobs by digest: what is one, who may see it, and which part of it comes. */
class BlobApiIT {
  private static final String HEX = "0123456789abcdef".repeat(4);

  private final Registry registry = Registry.fresh();
  private final byte[] content =
      ("0123456789" + UUID.randomUUID()).getBytes(StandardCharsets.US_ASCII);
  private final int size = content.length;
  private final String digest = Digest.sha256(content).toString();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sha256:abc",
        "sha256:0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef",
        "sha256:../../../../../../../../../../../../../../../../etc/passwd",
        "SHA256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "md5:d41d8cd98f00b204e9800998ecf8427e",
        "sha256",
        ":"
      })
  void aMalformedOrUnsupportedDigestIsRefused(String wrong) {
    assertError(
        registry.bytes(content).post(registry.path("blobs/uploads/?digest=" + wrong)),
        400,
        "DIGEST_INVALID");
    assertError(
        registry.bytes(content).put(registry.beginUpload() + "?digest=" + wrong),
        400,
        "DIGEST_INVALID");
    assertAbsent(digest);
  }

  @Test
  void aPutWithoutDigestIsRefused() {
    assertError(registry.bytes(content).put(registry.beginUpload()), 400, "DIGEST_INVALID");
    assertAbsent(digest);
  }

  @Test
  void contentThatDoesNotMatchIsNotStored() {
    String other = "sha256:" + HEX;
    assertError(
        registry.bytes(content).post(registry.path("blobs/uploads/?digest=" + other)),
        400,
        "DIGEST_INVALID");
    assertError(
        registry.bytes(content).put(registry.beginUpload() + "?digest=" + other),
        400,
        "DIGEST_INVALID");
    assertAbsent(digest);
    assertAbsent(other);
  }

  @Test
  void aSha512DigestIsAnotherNameOfABlob() throws NoSuchAlgorithmException {
    byte[] hash = MessageDigest.getInstance("SHA-512").digest(content);
    String sha512 = "sha512:" + Hex.encode(hash);
    String upload = Registry.path(registry.bytes(content).patch(registry.beginUpload()));
    assertThat(registry.request().put(upload + "?digest=" + sha512).statusCode()).isEqualTo(201);
    assertThat(registry.request().get(registry.path("blobs/" + sha512)).asByteArray())
        .isEqualTo(content);
  }

  @Test
  void aBlobOfAnotherRepositoryIsUnknownUntilItIsMounted() {
    registry.pushBlob(content);
    Registry other = Registry.fresh();
    assertError(other.request().get(other.path("blobs/" + digest)), 404, "BLOB_UNKNOWN");
    assertThat(other.request().head(other.path("blobs/" + digest)).statusCode()).isEqualTo(404);

    Response mounted = mount(other, registry.repository());

    assertThat(mounted.statusCode()).isEqualTo(201);
    assertThat(Registry.path(mounted)).isEqualTo(other.path("blobs/" + digest));
    assertThat(other.request().get(other.path("blobs/" + digest)).asByteArray()).isEqualTo(content);
  }

  @ParameterizedTest
  @ValueSource(strings = {"no/such/repository", "NOT/A/NAME", "../..", ""})
  void mountingWhatIsNotThereBeginsAnUpload(String from) {
    assertMountBeginsUpload(mount(registry, from));
  }

  @Test
  void mountingABlobThatTheOtherRepositoryLacksBeginsAnUpload() {
    Registry other = Registry.fresh();
    other.pushBlob(new byte[] {1});
    assertMountBeginsUpload(mount(registry, other.repository()));
  }

  private void assertMountBeginsUpload(Response response) {
    assertThat(response.statusCode()).isEqualTo(202);
    Response stored = registry.bytes(content).put(Registry.path(response) + "?digest=" + digest);
    assertThat(stored.statusCode()).isEqualTo(201);
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-4, 0, 5",
    "bytes=3-3, 3, 4",
    "bytes=10-, 10, 46",
    "bytes=-6, 40, 46",
    "bytes=40-9999, 40, 46",
    "bytes=-9999, 0, 46"
  })
  void aRangeGivesItsPart(String range, int from, int to) {
    registry.pushBlob(content);
    Response response = get(range);
    assertThat(response.statusCode()).isIn(to - from == size ? 200 : 206, 206);
    assertThat(response.asByteArray()).isEqualTo(java.util.Arrays.copyOfRange(content, from, to));
    if (response.statusCode() == 206) {
      assertThat(response.header("Content-Range"))
          .isEqualTo("bytes " + from + "-" + (to - 1) + "/" + size);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=46-", "bytes=99999999-", "bytes=46-50", "bytes=-0", "bytes=5-2"})
  void aRangeOutsideTheBlobIsNotSatisfiable(String range) {
    registry.pushBlob(content);
    Response response = get(range);
    assertThat(response.statusCode()).isEqualTo(416);
    assertThat(response.header("Content-Range")).isEqualTo("bytes */" + size);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes=0-1,0-1,0-1,0-1,0-1,0-1,0-1,0-1,0-1,0-1",
        "bytes=a-b",
        "bytes=99999999999999999999-",
        "items=0-4",
        "bytes"
      })
  void aRangeThatMakesNoSenseGivesTheWholeBlob(String range) {
    registry.pushBlob(content);
    Response response = get(range);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.asByteArray()).isEqualTo(content);
  }

  @Test
  void aDeletedBlobIsUnknown() {
    registry.pushBlob(content);
    assertThat(registry.request().delete(registry.path("blobs/" + digest)).statusCode())
        .isEqualTo(202);
    assertAbsent(digest);
    assertError(registry.request().delete(registry.path("blobs/" + digest)), 404, "BLOB_UNKNOWN");
    registry.pushBlob(content);
    assertThat(get("bytes=0-").asByteArray()).isEqualTo(content);
  }

  @Test
  void deletingABlobLeavesItToOtherRepositories() {
    Registry other = Registry.fresh();
    registry.pushBlob(content);
    other.pushBlob(content);
    registry.request().delete(registry.path("blobs/" + digest));
    assertThat(other.request().get(other.path("blobs/" + digest)).asByteArray()).isEqualTo(content);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a/../b",
        "..",
        "a/./b",
        "a%2fb",
        "a%2Fb",
        "a//b",
        "/a",
        "UPPER",
        "a/UPPER",
        "a_.b",
        "-a",
        "a-",
        "a/-b",
        "%2e%2e/b",
        "a b",
        "a%00b"
      })
  void aMalformedRepositoryNameIsRefused(String name) throws IOException {
    assertNameInvalid(name);
  }

  @Test
  void aRepositoryNameHasAnEnd() throws IOException {
    assertNameInvalid("a".repeat(256));
    assertNameInvalid("a/".repeat(200) + "b");
  }

  private void assertNameInvalid(String name) throws IOException {
    for (String request :
        new String[] {
          "POST /v2/" + name.replace(" ", "%20") + "/blobs/uploads/",
          "GET /v2/" + name.replace(" ", "%20") + "/tags/list",
          "GET /v2/" + name.replace(" ", "%20") + "/blobs/sha256:" + HEX
        }) {
      try (RawHttp connection = new RawHttp(registry.server())) {
        connection.head(
            request + " HTTP/1.1", "Host: localhost", "Content-Length: 0", "Connection: close");
        assertThat(connection.status()).as(request).isEqualTo(400);
        assertThat(connection.rest()).as(request).contains("\"NAME_INVALID\"");
      }
    }
  }

  private Response get(String range) {
    return registry.request().header("Range", range).get(registry.path("blobs/" + digest));
  }

  private Response mount(Registry target, String from) {
    String query = "blobs/uploads/?mount=" + digest + "&from=" + from;
    return target.request().post(target.path(query));
  }

  private void assertAbsent(String absent) {
    assertError(registry.request().get(registry.path("blobs/" + absent)), 404, "BLOB_UNKNOWN");
  }
}
