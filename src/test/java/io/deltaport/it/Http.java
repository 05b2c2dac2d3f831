package io.deltaport.it;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Plain requests to a server that may die at any moment: what went wrong on the way comes out as an
 * {@link IOException}, and nothing is sent twice. Thread-safe.
 *
 * @param base the server's address at this moment, without a slash at the end
 */
record Http(HttpClient client, Supplier<String> base) {
  /** No answer for so long is a hang, and fails the test. */
  private static final Duration TIMEOUT = Duration.ofMinutes(3);

  static Http to(Supplier<String> base) {
    return new Http(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(), base);
  }

  /** Sends a request; {@code headers} are names and values in turn. */
  HttpResponse<byte[]> send(String method, String path, byte[] body, String... headers)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base.get() + path))
            .timeout(TIMEOUT)
            .method(
                method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return client.send(request.build(), BodyHandlers.ofByteArray());
    } catch (java.net.http.HttpTimeoutException e) {
      throw new AssertionError("no answer to " + method + " " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  HttpResponse<byte[]> get(String path) throws IOException {
    return send("GET", path, null);
  }
}
