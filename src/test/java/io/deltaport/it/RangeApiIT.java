package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.oci.Digest;
import io.restassured.response.Response;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts of blobs, as clients that resume and clients of zstd:chunked layers ask for them. */
class RangeApiIT {
  private final Registry registry = Registry.fresh();
  private final byte[] content =
      ("0123456789" + UUID.randomUUID()).getBytes(StandardCharsets.US_ASCII);
  private final int size = content.length;

  @ParameterizedTest
  @CsvSource({
    "bytes=0-4, 0, 5",
    "bytes=3-3, 3, 4",
    "bytes=10-, 10, 46",
    "bytes=0-, 0, 46",
    "bytes=-6, 40, 46",
    "bytes=40-9999, 40, 46",
    "bytes=40-99999999999999999999, 40, 46",
    "bytes=-9999, 0, 46",
    "'bytes=99-100,3-5', 3, 6"
  })
  void aRangeGivesItsPart(String range, int from, int to) {
    Response response = get(content, range);
    assertThat(response.statusCode()).isEqualTo(206);
    assertThat(response.asByteArray()).isEqualTo(Arrays.copyOfRange(content, from, to));
    assertThat(response.header("Content-Range"))
        .isEqualTo("bytes " + from + "-" + (to - 1) + "/" + size);
    assertThat(response.header("Content-Length")).isEqualTo(Integer.toString(to - from));
    assertThat(response.header("Accept-Ranges")).isEqualTo("bytes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes=46-",
        "bytes=99999999-",
        "bytes=46-50",
        "bytes=-0",
        "bytes=5-2",
        "bytes=99999999999999999999-",
        "bytes=46-50,99-100"
      })
  void aRangeOutsideTheBlobIsNotSatisfiable(String range) {
    Response response = get(content, range);
    assertThat(response.statusCode()).isEqualTo(416);
    assertThat(response.header("Content-Range")).isEqualTo("bytes */" + size);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes=0-1,0-1,0-1,0-1,0-1,0-1,0-1,0-1,0-1,0-1",
        "bytes=0-,0-,0-,0-",
        "bytes=a-b",
        "items=0-4",
        "bytes"
      })
  void aRangeThatMakesNoSenseGivesTheWholeBlob(String range) {
    assertWhole(get(content, range));
  }

  @Test
  void manyOverlappingRangesGiveTheWholeBlob() {
    String ranges =
        IntStream.range(0, 3_000)
            .mapToObj(i -> "0-")
            .collect(Collectors.joining(",", "bytes=", ""));
    assertWhole(get(content, ranges));
  }

  @Test
  void severalRangesComeAsSeveralParts() {
    Response response = get(content, "bytes=20-24,0-3,-2");

    assertThat(response.statusCode()).isEqualTo(206);
    assertThat(response.header("Content-Range")).isNull();
    String type = response.header("Content-Type");
    assertThat(type).startsWith("multipart/byteranges; boundary=");
    String boundary = type.substring(type.indexOf('=') + 1);
    String body = response.asString();
    assertThat(response.header("Content-Length")).isEqualTo(Integer.toString(body.length()));
    assertThat(body)
        .isEqualTo(
            part(boundary, 20, 25)
                + part(boundary, 0, 4)
                + part(boundary, 44, 46)
                + "--"
                + boundary
                + "--\r\n");
  }

  /** As many as containers/storage asks for at once, over more bytes than any buffer holds. */
  @Test
  void aThousandRangesComeInOneAnswer() {
    byte[] large = new byte[8 << 20];
    new Random().nextBytes(large);
    int step = large.length / 1_024;
    String ranges =
        IntStream.range(0, 1_024)
            .mapToObj(i -> i * step + "-" + (i * step + step / 2))
            .collect(Collectors.joining(",", "bytes=", ""));

    Response response = get(large, ranges);

    assertThat(response.statusCode()).isEqualTo(206);
    byte[] body = response.asByteArray();
    assertThat(response.header("Content-Length")).isEqualTo(Integer.toString(body.length));
    String text = new String(body, StandardCharsets.ISO_8859_1);
    int at = 0;
    for (int i = 0; i < 1_024; i++) {
      int from = i * step;
      String head =
          "Content-Range: bytes %d-%d/%d\r\n\r\n".formatted(from, from + step / 2, 8 << 20);
      at = text.indexOf(head, at) + head.length();
      assertThat(Arrays.equals(body, at, at + step / 2 + 1, large, from, from + step / 2 + 1))
          .as(head)
          .isTrue();
    }
  }

  @Test
  void ifRangeGivesThePartOfTheSameBlobOnly() {
    String digest = registry.pushBlob(content);
    assertThat(ifRange(digest, "\"" + digest + "\"").statusCode()).isEqualTo(206);
    assertWhole(ifRange(digest, "\"sha256:another\""));
    assertWhole(ifRange(digest, "W/\"" + digest + "\""));
    assertWhole(ifRange(digest, "Sat, 01 Jan 2022 00:00:00 GMT"));
  }

  @Test
  void headIgnoresRanges() {
    String digest = registry.pushBlob(content);
    Response head =
        registry.request().header("Range", "bytes=0-1").head(registry.path("blobs/" + digest));
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.header("Content-Length")).isEqualTo(Integer.toString(size));
    assertThat(head.header("Accept-Ranges")).isEqualTo("bytes");
    assertThat(head.header("ETag")).isEqualTo("\"" + digest + "\"");
  }

  @Test
  void nothingOfAnEmptyBlobIsSatisfiable() {
    String digest = registry.pushBlob(new byte[0]);
    Response part =
        registry.request().header("Range", "bytes=0-0").get(registry.path("blobs/" + digest));
    assertThat(part.statusCode()).isEqualTo(416);
    assertThat(registry.request().get(registry.path("blobs/" + digest)).statusCode())
        .isEqualTo(200);
  }

  @Test
  void aRangeOfABlobThatIsNotThereIsNotThere() {
    Response response =
        registry
            .request()
            .header("Range", "bytes=0-1,5-6")
            .get(registry.path("blobs/" + Digest.sha256(content)));
    Registry.assertError(response, 404, "BLOB_UNKNOWN");
  }

  private String part(String boundary, int from, int to) {
    return "--%s\r\nContent-Type: application/octet-stream\r\n".formatted(boundary)
        + "Content-Range: bytes %d-%d/%d\r\n\r\n".formatted(from, to - 1, size)
        + new String(content, from, to - from, StandardCharsets.US_ASCII)
        + "\r\n";
  }

  private void assertWhole(Response response) {
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.asByteArray()).isEqualTo(content);
    assertThat(response.header("Content-Range")).isNull();
  }

  private Response get(byte[] blob, String range) {
    String digest = registry.pushBlob(blob);
    return registry.request().header("Range", range).get(registry.path("blobs/" + digest));
  }

  private Response ifRange(String digest, String value) {
    return registry
        .request()
        .header("Range", "bytes=0-1")
        .header("If-Range", value)
        .get(registry.path("blobs/" + digest));
  }
}
