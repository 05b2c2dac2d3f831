package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.oci.Digest;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Arrays;

/** An upload in chunks, with what is certain and what is open about it. Not thread-safe. */
final class RandomUpload {
  private final String location;
  private final byte[] content;
  private final Digest digest;
  private int stored;
  private int sent;
  private boolean finishing;

  RandomUpload(String location, byte[] content) {
    this.location = location;
    this.content = content;
    this.digest = Digest.sha256(content);
  }

  String location() {
    return location;
  }

  Digest digest() {
    return digest;
  }

  byte[] content() {
    return content;
  }

  int left() {
    return content.length - stored;
  }

  byte[] beginChunk(int bytes) {
    sent = stored + bytes;
    return Arrays.copyOfRange(content, stored, sent);
  }

  void chunkStored() {
    stored = sent;
  }

  byte[] beginLast() {
    finishing = true;
    return beginChunk(left());
  }

  /**
   * Asks how far the server has come, fails unless that is as far as it said, and sends the rest.
   * Returns false when the upload is over, as it may be after its last request.
   */
  boolean resume(Http http) throws IOException {
    HttpResponse<byte[]> status = http.get(location);
    if (status.statusCode() == 404) {
      assertThat(finishing).as("the upload %s is lost", location).isTrue();
      return false;
    }
    assertThat(status.statusCode()).isEqualTo(204);
    int offset = offset(status.headers().firstValue("Range").orElseThrow());
    assertThat(offset).as("the offset of %s", location).isBetween(stored, sent);
    byte[] rest = Arrays.copyOfRange(content, offset, content.length);
    int answer = http.send("PUT", location + "?digest=" + digest, rest).statusCode();
    if (answer == 404) {
      // The file had its name already when the server died, and the row did not know of it.
      assertThat(finishing).as("the content of %s is lost", location).isTrue();
      return false;
    }
    assertThat(answer).isEqualTo(201);
    return true;
  }

  /** {@code 0-0} is nothing: no chunk here has a single byte. */
  private static int offset(String range) {
    int last = Integer.parseInt(range.substring(range.indexOf('-') + 1));
    return last == 0 ? 0 : last + 1;
  }
}
