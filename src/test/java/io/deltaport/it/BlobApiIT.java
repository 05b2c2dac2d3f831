package io.deltaport.it;

import static io.deltaport.it.Registry.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blobs by digest, and names of repositories: what is one. */
class BlobApiIT {
  private static final String HEX = "0123456789abcdef".repeat(4);

  private final Registry registry = Registry.fresh();
  private final byte[] content =
      ("0123456789" + UUID.randomUUID()).getBytes(StandardCharsets.US_ASCII);
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
  void aDeletedBlobIsUnknown() {
    registry.pushBlob(content);
    assertThat(registry.request().delete(registry.path("blobs/" + digest)).statusCode())
        .isEqualTo(202);
    assertAbsent(digest);
    assertError(registry.request().delete(registry.path("blobs/" + digest)), 404, "BLOB_UNKNOWN");
    registry.pushBlob(content);
    assertThat(registry.request().get(registry.path("blobs/" + digest)).asByteArray())
        .isEqualTo(content);
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

  private void assertAbsent(String absent) {
    assertError(registry.request().get(registry.path("blobs/" + absent)), 404, "BLOB_UNKNOWN");
  }
}
