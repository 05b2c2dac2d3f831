package io.deltaport.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Speaks the server's JSON API. */
final class ApiClient {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final int NOT_AN_ERROR_BELOW = 400;
  private static final int NOT_FOUND = 404;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int UNAVAILABLE = 503;

  /** How long a server may be busy or away while files are sent: a restart on a busy machine. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final String base;
  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(TIMEOUT)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();

  ApiClient(String base) {
    this.base = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    if (!isAddress(this.base)) {
      throw new CliException(
          "the server's address must be like http://HOST:PORT or https://HOST, not \""
              + base
              + "\"");
    }
  }

  private static boolean isAddress(String text) {
    try {
      URI address = new URI(text);
      return address.getHost() != null
          && ("http".equals(address.getScheme()) || "https".equals(address.getScheme()));
    } catch (URISyntaxException e) {
      return false;
    }
  }

  JsonNode get(String path) {
    return json(send(request(path).GET().build(), BodyHandlers.ofString()));
  }

  JsonNode post(String path, JsonNode body) {
    return json(
        send(
            request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build(),
            BodyHandlers.ofString()));
  }

  /** Deletes what is at a path; the server answers without a body. */
  void delete(String path) {
    HttpResponse<String> response = send(request(path).DELETE().build(), BodyHandlers.ofString());
    if (response.statusCode() >= NOT_AN_ERROR_BELOW) {
      throw refused(response.statusCode(), response.body());
    }
  }

  /** As {@link #delete}, where the server tells what became of it. */
  JsonNode cancel(String path) {
    return json(send(request(path).DELETE().build(), BodyHandlers.ofString()));
  }

  JsonNode patch(String path, JsonNode body) {
    return json(
        send(
            request(path)
                .header("Content-Type", "application/json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString(body.toString()))
                .build(),
            BodyHandlers.ofString()));
  }

  JsonNode put(String path, JsonNode body) {
    return json(
        send(
            request(path)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build(),
            BodyHandlers.ofString()));
  }

  /**
   * Sends a file to where sending it twice does no harm, again and again for a while when the
   * server is busy or goes away.
   */
  JsonNode postFile(String path, Path file) throws IOException {
    HttpRequest request =
        request(path)
            .header("Content-Type", "application/octet-stream")
            .POST(HttpRequest.BodyPublishers.ofFile(file))
            .build();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      boolean last = System.nanoTime() > deadline;
      try {
        HttpResponse<String> response = send(request, BodyHandlers.ofString());
        if (last || !isTransient(response.statusCode())) {
          return json(response);
        }
      } catch (CliException e) {
        if (last || Thread.currentThread().isInterrupted()) {
          throw e;
        }
      }
      pause();
    }
  }

  private static boolean isTransient(int status) {
    return status == TOO_MANY_REQUESTS || status == UNAVAILABLE;
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliException("interrupted", e);
    }
  }

  /** Opens what a path of the registry API serves. */
  InputStream open(String path) throws IOException {
    return open(request(path).GET().build());
  }

  /** Returns what a path of the registry API serves, empty when there is nothing. */
  Optional<byte[]> find(String path, int bytesMax) throws IOException {
    HttpResponse<InputStream> response =
        send(request(path).GET().build(), BodyHandlers.ofInputStream());
    try (InputStream body = response.body()) {
      if (response.statusCode() == NOT_FOUND) {
        return Optional.empty();
      }
      byte[] content = body.readNBytes(bytesMax + 1);
      if (response.statusCode() >= NOT_AN_ERROR_BELOW) {
        throw refused(response.statusCode(), new String(content, StandardCharsets.UTF_8));
      }
      if (content.length > bytesMax) {
        throw new CliException("the server sent more than " + bytesMax + " bytes for " + path);
      }
      return Optional.of(content);
    }
  }

  /** Opens the answer to a question. */
  InputStream open(String path, JsonNode body) throws IOException {
    return open(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .build());
  }

  private InputStream open(HttpRequest request) throws IOException {
    HttpResponse<InputStream> response = send(request, BodyHandlers.ofInputStream());
    if (response.statusCode() >= NOT_AN_ERROR_BELOW) {
      try (InputStream body = response.body()) {
        throw refused(
            response.statusCode(), new String(body.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return response.body();
  }

  static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path));
  }

  private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    try {
      return http.send(request, handler);
    } catch (ConnectException e) {
      throw new CliException(
          "no server answers at "
              + base
              + "; start one with `deltaport serve`, or name another with --server",
          e);
    } catch (IOException e) {
      throw new CliException("the connection to " + base + " broke: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliException("interrupted", e);
    }
  }

  private static JsonNode json(HttpResponse<String> response) {
    if (response.statusCode() >= NOT_AN_ERROR_BELOW) {
      throw refused(response.statusCode(), response.body());
    }
    try {
      return Json.parse(response.body());
    } catch (JsonProcessingException e) {
      throw new CliException("the server answered with something that is no JSON", e);
    }
  }

  private static CliException refused(int status, String body) {
    try {
      JsonNode error = Json.parse(body).path("errors").path(0);
      if (error.has("message")) {
        return new CliException(
            error.path("message").asText() + " (" + error.path("code").asText() + ")");
      }
    } catch (JsonProcessingException e) {
      // Falls through: the status says something at least.
    }
    return new CliException("the server answered with status " + status);
  }
}
