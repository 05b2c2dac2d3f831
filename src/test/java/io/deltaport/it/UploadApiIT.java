package io.deltaport.it;

import static io.deltaport.it.Registry.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.oci.Digest;
import io.restassured.response.Response;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blob uploads as the distribution specification describes them, one request at a time. */
class UploadApiIT {
  private static final int SIZE = 300_000;

  private final Registry registry = Registry.fresh();
  private final byte[] content = randomBytes(SIZE);
  private final String digest = Digest.sha256(content).toString();

  @Test
  void aBlobComesInOneRequest() {
    Response response =
        registry.bytes(content).post(registry.path("blobs/uploads/?digest=" + digest));

    assertThat(response.statusCode()).isEqualTo(201);
    assertThat(Registry.path(response)).isEqualTo(registry.path("blobs/" + digest));
    assertStored();
  }

  @Test
  void aBlobComesInTwoRequests() {
    assertThat(finish(registry.beginUpload(), content).statusCode()).isEqualTo(201);
    assertStored();
  }

  @Test
  void aBlobComesInChunks() {
    String upload = registry.beginUpload();
    for (int from = 0; from < SIZE; from += 100_000) {
      Response response = chunk(upload, from, from + 99_999, slice(from, from + 100_000));
      assertThat(response.statusCode()).isEqualTo(202);
      assertThat(response.header("Range")).isEqualTo("0-" + (from + 99_999));
      upload = Registry.path(response);
      assertOffset(upload, from + 100_000);
    }
    assertThat(finish(upload, new byte[0]).statusCode()).isEqualTo(201);
    assertStored();
  }

  @Test
  void theLastChunkMayComeWithThePut() {
    String upload = registry.beginUpload();
    upload = Registry.path(chunk(upload, 0, 199_999, slice(0, 200_000)));
    Response response =
        registry
            .bytes(slice(200_000, SIZE))
            .header("Content-Range", "200000-299999")
            .put(upload + "?digest=" + digest);
    assertThat(response.statusCode()).isEqualTo(201);
    assertStored();
  }

  @Test
  void aStreamedPatchNeedsNoRange() {
    Response response = registry.bytes(content).patch(registry.beginUpload());
    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(finish(Registry.path(response), new byte[0]).statusCode()).isEqualTo(201);
    assertStored();
  }

  @Test
  void anEmptyBlobIsABlob() {
    String empty = Digest.sha256(new byte[0]).toString();
    Response response = registry.request().put(registry.beginUpload() + "?digest=" + empty);
    assertThat(response.statusCode()).isEqualTo(201);
    assertThat(registry.request().get(registry.path("blobs/" + empty)).asByteArray()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"100001-199999", "99999-199998", "0-99999", "200000-299999"})
  void aChunkWithAGapAnOverlapOrAReplayIsRefusedAndTheSessionGoesOn(String range) {
    String upload = registry.beginUpload();
    upload = Registry.path(chunk(upload, 0, 99_999, slice(0, 100_000)));
    int first = Integer.parseInt(range.substring(0, range.indexOf('-')));
    int last = Integer.parseInt(range.substring(range.indexOf('-') + 1));

    assertError(chunk(upload, first, last, slice(first, last + 1)), 416, "BLOB_UPLOAD_INVALID");

    assertOffset(upload, 100_000);
    assertThat(finish(upload, slice(100_000, SIZE)).statusCode()).isEqualTo(201);
    assertStored();
  }

  @Test
  void theFirstChunkBeginsAtZero() {
    String upload = registry.beginUpload();
    assertError(chunk(upload, 10, 19, slice(10, 20)), 416, "BLOB_UPLOAD_INVALID");
    assertThat(finish(upload, content).statusCode()).isEqualTo(201);
    assertStored();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"5-2", "99999999999999999999-99999999999999999999", "a-b", "-5", "0", "0--1"})
  void aMalformedContentRangeIsRefused(String range) {
    String upload = registry.beginUpload();
    Response response = registry.bytes(slice(0, 10)).header("Content-Range", range).patch(upload);
    assertError(response, 400, "BLOB_UPLOAD_INVALID");
    assertThat(finish(upload, content).statusCode()).isEqualTo(201);
    assertStored();
  }

  @Test
  void contentLengthAndContentRangeMustAgree() {
    String upload = registry.beginUpload();
    assertError(chunk(upload, 0, 99, slice(0, 50)), 400, "SIZE_INVALID");
    assertThat(finish(upload, content).statusCode()).isEqualTo(201);
    assertStored();
  }

  @Test
  void aCancelledUploadIsGone() {
    String upload = registry.beginUpload();
    chunk(upload, 0, 99, slice(0, 100));
    assertThat(registry.request().delete(upload).statusCode()).isEqualTo(204);
    assertError(registry.request().get(upload), 404, "BLOB_UPLOAD_UNKNOWN");
    assertError(finish(upload, content), 404, "BLOB_UPLOAD_UNKNOWN");
    assertAbsent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nothing", "00000000-0000-0000-0000-000000000000", "1-1-1-1-1", "%41"})
  void aForgedSessionIsUnknown(String session) {
    String upload = registry.path("blobs/uploads/" + session);
    assertError(registry.request().get(upload), 404, "BLOB_UPLOAD_UNKNOWN");
    assertError(chunk(upload, 0, 9, slice(0, 10)), 404, "BLOB_UPLOAD_UNKNOWN");
    assertError(finish(upload, content), 404, "BLOB_UPLOAD_UNKNOWN");
    assertError(registry.request().delete(upload), 404, "BLOB_UPLOAD_UNKNOWN");
  }

  @Test
  void aSessionBelongsToItsRepository() {
    String upload = registry.beginUpload();
    String elsewhere = upload.replace(registry.repository(), Registry.fresh().repository());
    assertError(registry.request().get(elsewhere), 404, "BLOB_UPLOAD_UNKNOWN");
    assertError(finish(elsewhere, content), 404, "BLOB_UPLOAD_UNKNOWN");
    assertThat(finish(upload, content).statusCode()).isEqualTo(201);
  }

  @Test
  void ofTwoChunksAtOnceOneIsRefused() throws IOException {
    String upload = registry.beginUpload();
    try (RawHttp first = new RawHttp(registry.server());
        RawHttp second = new RawHttp(registry.server())) {
      beginChunk(first, upload);
      beginChunk(second, upload);
      // Whichever the server took first wins; both carry the same bytes.
      first.body(slice(50_000, 100_000));
      int firstStatus = first.status();
      second.body(slice(50_000, 100_000));
      assertThat(List.of(firstStatus, second.status())).containsExactlyInAnyOrder(202, 416);
    }
    assertOffset(upload, 100_000);
    assertThat(finish(upload, slice(100_000, SIZE)).statusCode()).isEqualTo(201);
    assertStored();
  }

  /** Sends the first half of a chunk of 100,000 bytes. */
  private void beginChunk(RawHttp connection, String upload) throws IOException {
    connection.head(
        "PATCH " + upload + " HTTP/1.1",
        "Host: localhost",
        "Content-Type: application/octet-stream",
        "Content-Range: 0-99999",
        "Content-Length: 100000");
    connection.body(slice(0, 50_000));
  }

  @Test
  void anUploadThatBreaksOffResumesWhereItEnded() throws IOException {
    String upload = registry.beginUpload();
    try (RawHttp connection = new RawHttp(registry.server())) {
      connection.head(
          "PATCH " + upload + " HTTP/1.1",
          "Host: localhost",
          "Content-Type: application/octet-stream",
          "Content-Length: " + SIZE);
      connection.body(slice(0, 150_000)).cut();
      assertThat(connection.status()).isNotIn(201, 202);
    }
    int offset = Await.value("the upload is free again", Await.PATIENCE, () -> freeOffset(upload));
    assertThat(offset).isBetween(0, 150_000);
    assertThat(finish(upload, slice(offset, SIZE)).statusCode()).isEqualTo(201);
    assertStored();
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT"})
  void aBlobThatBreaksOffIsNotStored(String method) throws IOException {
    String target =
        method.equals("POST") ? registry.path("blobs/uploads/") : registry.beginUpload();
    try (RawHttp connection = new RawHttp(registry.server())) {
      connection.head(
          method + " " + target + "?digest=" + digest + " HTTP/1.1",
          "Host: localhost",
          "Content-Type: application/octet-stream",
          "Content-Length: " + SIZE);
      connection.body(slice(0, SIZE - 1)).cut();
      assertThat(connection.status()).isNotEqualTo(201);
    }
    assertAbsent();
  }

  private java.util.Optional<Integer> freeOffset(String upload) {
    // An empty chunk changes nothing, and is refused as long as another request writes.
    Response probe = registry.bytes(new byte[0]).patch(upload);
    return probe.statusCode() == 202
        ? java.util.Optional.of(offsetOf(registry.request().get(upload)))
        : java.util.Optional.empty();
  }

  private static int offsetOf(Response status) {
    assertThat(status.statusCode()).isEqualTo(204);
    int last = Integer.parseInt(status.header("Range").substring("0-".length()));
    return last == 0 ? 0 : last + 1;
  }

  private void assertOffset(String upload, int offset) {
    assertThat(offsetOf(registry.request().get(upload))).isEqualTo(offset);
  }

  private Response chunk(String upload, int first, int last, byte[] bytes) {
    return registry.bytes(bytes).header("Content-Range", first + "-" + last).patch(upload);
  }

  private Response finish(String upload, byte[] rest) {
    return registry.bytes(rest).put(upload + "?digest=" + digest);
  }

  private byte[] slice(int from, int to) {
    return Arrays.copyOfRange(content, from, to);
  }

  private void assertStored() {
    Response head = registry.request().head(registry.path("blobs/" + digest));
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.header("Content-Length")).isEqualTo(Integer.toString(SIZE));
    assertThat(head.header("Docker-Content-Digest")).isEqualTo(digest);
    assertThat(registry.request().get(registry.path("blobs/" + digest)).asByteArray())
        .isEqualTo(content);
  }

  private void assertAbsent() {
    assertError(registry.request().get(registry.path("blobs/" + digest)), 404, "BLOB_UNKNOWN");
  }

  private static byte[] randomBytes(int size) {
    byte[] bytes = new byte[size];
    new Random().nextBytes(bytes);
    return bytes;
  }
}
