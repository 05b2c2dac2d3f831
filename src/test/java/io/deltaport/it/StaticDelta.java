package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.response.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A static delta as the server's API shows it.
 *
 * @param from checksum of the commit that it starts from, or null
 */
record StaticDelta(
    Registry registry, long id, String from, String to, long size, long fullSize, int parts) {
  private static final String PATH = "/api/v1/deltas";

  /** Returns what a repository has. */
  static List<StaticDelta> list(Registry registry) {
    Response answer =
        registry.request().get(PATH + "?format=ostree&repository=" + registry.repository());
    assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(200);
    List<Map<String, Object>> deltas = answer.jsonPath().getList("deltas");
    return deltas.stream().map(delta -> of(registry, delta)).toList();
  }

  private static StaticDelta of(Registry registry, Map<String, Object> view) {
    assertThat(view.get("format")).isEqualTo("ostree");
    return new StaticDelta(
        registry,
        ((Number) view.get("id")).longValue(),
        (String) view.get("from"),
        (String) view.get("to"),
        ((Number) view.get("size")).longValue(),
        ((Number) view.get("fullSize")).longValue(),
        ((Number) view.get("parts")).intValue());
  }

  static Optional<StaticDelta> find(Registry registry, String from, String to) {
    return list(registry).stream()
        .filter(delta -> to.equals(delta.to()))
        .filter(delta -> from == null ? delta.from() == null : from.equals(delta.from()))
        .findFirst();
  }

  /** Waits for a delta that a rule makes. */
  static StaticDelta await(Registry registry, String from, String to) {
    return Await.value(
        "the static delta from " + from + " to " + to + " is made",
        Await.PATIENCE,
        () -> find(registry, from, to));
  }

  /** Asks for a delta. */
  static Response ask(Registry registry, String from, String to) {
    Map<String, String> body = new HashMap<>();
    body.put("repository", registry.repository());
    body.put("format", "ostree");
    body.put("to", to);
    if (from != null) {
      body.put("from", from);
    }
    return registry.request().contentType("application/json").body(body).post(PATH);
  }

  /** Asks for a delta until it is there, whatever jobs come before it. */
  static StaticDelta demand(Registry registry, String from, String to) {
    Map<String, Object> view =
        Await.value(
            "a delta is there that was asked for",
            Await.PATIENCE,
            () -> {
              Response answer = ask(registry, from, to);
              assertThat(answer.statusCode()).as(answer.asString()).isIn(200, 202);
              return answer.statusCode() == 200
                  ? Optional.of(answer.jsonPath().getMap(""))
                  : Optional.empty();
            });
    return of(registry, view);
  }

  String path() {
    return PATH + "/ostree/" + id;
  }

  /** Fetches the delta as a file. */
  Path download(Path folder) {
    Path file = folder.resolve(id + ".delta");
    Response answer = registry.request().get(path() + "/file");
    assertThat(answer.statusCode()).isEqualTo(200);
    try (InputStream in = answer.asInputStream()) {
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      assertThat(Files.size(file)).isEqualTo(Long.parseLong(answer.header("Content-Length")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }
}
