package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * What a server has promised one client, path by path, and what it may or may not have done when it
 * died before it answered. Not thread-safe: a client does one thing after another.
 */
final class Ledger {
  private final Map<String, Promise> promises = new HashMap<>();

  /** What may be found under a path: one of some contents, or nothing at all. */
  private record Promise(List<byte[]> contents, boolean mayBeAbsent) {}

  /** The server is asked to store this; whether it does is open until it answers. */
  void begin(String path, byte[] content) {
    Promise before = promises.getOrDefault(path, new Promise(List.of(), true));
    List<byte[]> contents = new ArrayList<>(before.contents());
    contents.add(content);
    promises.put(path, new Promise(contents, before.mayBeAbsent()));
  }

  /** The server is asked to remove this; whether it does is open until it answers. */
  void beginRemoval(String path) {
    promises.computeIfPresent(path, (p, before) -> new Promise(before.contents(), true));
  }

  void stored(String path, byte[] content) {
    promises.put(path, new Promise(List.of(content), false));
  }

  void removed(String path) {
    promises.put(path, new Promise(List.of(), true));
  }

  /** Returns the paths that are certain to be there and that the test takes. */
  List<String> present(Predicate<String> test) {
    return promises.entrySet().stream()
        .filter(e -> !e.getValue().mayBeAbsent() && e.getValue().contents().size() == 1)
        .map(Map.Entry::getKey)
        .filter(test)
        .sorted()
        .toList();
  }

  /** Returns the paths under which this content may be found. */
  List<String> mayHold(byte[] content) {
    return promises.entrySet().stream()
        .filter(e -> e.getValue().contents().stream().anyMatch(c -> Arrays.equals(c, content)))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Says whether a manifest that may be there has these words in it. */
  boolean mentions(String words) {
    return promises.entrySet().stream()
        .filter(e -> e.getKey().startsWith("manifests/"))
        .flatMap(e -> e.getValue().contents().stream())
        .anyMatch(c -> new String(c, StandardCharsets.UTF_8).contains(words));
  }

  /** Returns the one content of a path that is certain to be there. */
  byte[] content(String path) {
    return promises.get(path).contents().getFirst();
  }

  static <T> T any(List<T> list, RandomGenerator random) {
    return list.get(random.nextInt(list.size()));
  }

  /** Fails unless the server keeps every promise; what was open is settled by what is found. */
  void check(Http http, String base) throws IOException {
    for (String path : List.copyOf(promises.keySet())) {
      check(http, base, path);
    }
  }

  void check(Http http, String base, String path) throws IOException {
    Promise promise = promises.get(path);
    HttpResponse<byte[]> found = http.get(base + path);
    if (found.statusCode() == 404) {
      assertThat(promise.mayBeAbsent()).as("%s%s was promised and is lost", base, path).isTrue();
      removed(path);
      return;
    }
    assertThat(found.statusCode())
        .as("%s%s: %s", base, path, new String(found.body(), StandardCharsets.UTF_8))
        .isEqualTo(200);
    assertThat(promise.contents())
        .as("%s%s has %d bytes that were never stored there", base, path, found.body().length)
        .anyMatch(content -> Arrays.equals(content, found.body()));
    stored(path, found.body());
  }
}
