package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.it.FaultProxy.Fault;
import io.deltaport.it.FaultProxy.Verdict;
import io.deltaport.oci.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Transfers are cut at random bytes ({@code -Ddeltaport.rounds=200} for the long form) and go on
 * where they were; what arrives is byte for byte what was sent.
 */
final class CutTransferIT {
  private static final int CUTS = Integer.getInteger("deltaport.rounds", 20);
  private static final int CONTENT_BYTES_MAX = 3 << 20;
  private static final int CHUNK_BYTES_MAX = 1 << 20;

  private final ServerProcess server = SharedServer.get();
  private final String base = "/v2/t/" + UUID.randomUUID() + "/blobs/";
  private final Random random = new Random();
  private final AtomicInteger cuts = new AtomicInteger();
  private FaultProxy network;
  private Http http;

  @BeforeEach
  void connect() throws IOException {
    network = new FaultProxy(server::port);
    network.inject(this::cutSomewhere);
    http = Http.to(() -> "http://localhost:" + network.port());
  }

  @AfterEach
  void disconnect() throws IOException {
    network.close();
  }

  /** Each connection ends after a number of bytes that nobody chose, sent and received. */
  private Fault cutSomewhere() {
    AtomicLong left = new AtomicLong(random.nextLong(2 * CONTENT_BYTES_MAX));
    return (bytes, count, upwards) -> {
      if (left.addAndGet(-count) > 0) {
        return Verdict.PASS;
      }
      cuts.incrementAndGet();
      return Verdict.CUT;
    };
  }

  @Test
  void uploadsGoOnWhereTheyWere() throws IOException {
    while (cuts.get() < CUTS) {
      byte[] content = content();
      String digest = Digest.sha256(content).toString();
      if (random.nextBoolean()) {
        uploadByChunks(content, digest);
      } else {
        uploadWhole(content, digest);
      }
      network.heal();
      assertThat(http.get(base + digest).body()).isEqualTo(content);
      network.inject(this::cutSomewhere);
    }
  }

  @Test
  void downloadsGoOnWhereTheyWere() throws IOException, InterruptedException {
    byte[] content = content();
    String digest = Digest.sha256(content).toString();
    network.heal();
    assertThat(http.send("POST", base + "uploads/?digest=" + digest, content).statusCode())
        .isEqualTo(201);
    network.inject(this::cutSomewhere);
    HttpClient client = HttpClient.newHttpClient();
    try {
      while (cuts.get() < CUTS) {
        assertThat(download(client, base + digest, content.length)).isEqualTo(content);
      }
    } finally {
      // Closing it would wait for answers whose connection was cut.
      client.shutdownNow();
    }
  }

  private byte[] download(HttpClient client, String path, int length) throws InterruptedException {
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    while (received.size() < length) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(http.base().get() + path))
              .version(HttpClient.Version.HTTP_1_1)
              .header("Range", "bytes=" + received.size() + "-")
              .build();
      try {
        HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(206);
        append(response.body(), received);
      } catch (IOException e) {
        // Cut: the next request asks for the rest.
      }
    }
    return received.toByteArray();
  }

  private static void append(InputStream in, ByteArrayOutputStream received) throws IOException {
    byte[] buffer = new byte[1 << 14];
    try (in) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        received.write(buffer, 0, n);
      }
    }
  }

  /** Begins again and again until the whole of it got through in one request. */
  private void uploadWhole(byte[] content, String digest) {
    Await.until(
        "an upload gets through",
        Await.PATIENCE,
        () -> send("POST", base + "uploads/?digest=" + digest, content) == 201);
  }

  private void uploadByChunks(byte[] content, String digest) throws IOException {
    String location = begin();
    while (true) {
      int offset = offset(location);
      assertThat(offset).isLessThanOrEqualTo(content.length);
      if (offset < 0) {
        // The last request got through although its connection was cut.
        return;
      }
      int end = Math.min(content.length, offset + 1 + random.nextInt(CHUNK_BYTES_MAX));
      byte[] chunk = Arrays.copyOfRange(content, offset, end);
      // Without it the server appends, and what a cut request sent may still be on its way.
      String range = offset + "-" + (end - 1);
      if (end < content.length) {
        assertThat(send("PATCH", location, chunk, "Content-Range", range)).isIn(0, 202, 404, 416);
      } else {
        int status = send("PUT", location + "?digest=" + digest, chunk, "Content-Range", range);
        assertThat(status).isIn(0, 201, 404, 416);
        if (status == 201) {
          return;
        }
      }
    }
  }

  private String begin() {
    return Await.value(
        "an upload begins",
        Await.PATIENCE,
        () -> {
          try {
            return http.send("POST", base + "uploads/", null).headers().firstValue("Location");
          } catch (IOException e) {
            return java.util.Optional.empty();
          }
        });
  }

  /** Returns how far the upload has come, or -1 when it is over. */
  private int offset(String location) {
    return Await.value(
        "the server tells the offset",
        Await.PATIENCE,
        () -> {
          try {
            HttpResponse<byte[]> status = http.get(location);
            if (status.statusCode() == 404) {
              return java.util.Optional.of(-1);
            }
            String range = status.headers().firstValue("Range").orElseThrow();
            int last = Integer.parseInt(range.substring("0-".length()));
            return java.util.Optional.of(last == 0 ? 0 : last + 1);
          } catch (IOException e) {
            return java.util.Optional.empty();
          }
        });
  }

  /** Returns the status, or 0 when the connection was cut. */
  private int send(String method, String path, byte[] body, String... headers) {
    try {
      return http.send(method, path, body, headers).statusCode();
    } catch (IOException e) {
      return 0;
    }
  }

  private byte[] content() {
    byte[] content = new byte[CONTENT_BYTES_MAX - random.nextInt(CONTENT_BYTES_MAX / 2)];
    random.nextBytes(content);
    return content;
  }
}
