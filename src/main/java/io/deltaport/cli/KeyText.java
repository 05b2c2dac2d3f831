package io.deltaport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** What verbs about keys say to people. */
final class KeyText {
  static final String PATH = "/api/v1/keys";

  private KeyText() {}

  static String path(String name) {
    return PATH + "/" + ApiClient.encode(name);
  }

  static ObjectNode request(List<String> repositories) {
    ObjectNode request = Json.object();
    if (repositories != null) {
      repositories.forEach(request.withArray("repositories")::add);
    }
    return request;
  }

  static String repositories(JsonNode key) {
    List<String> patterns = new ArrayList<>();
    key.path("repositories").forEach(pattern -> patterns.add(pattern.asText()));
    return String.join(",", patterns);
  }

  /** Tells of a key that signs from now on. */
  static String made(JsonNode key) {
    String name = key.path("name").asText();
    return """
        key %s signs everything in %s from now on: %s %s
        Next: give the public key to devices, and back up the server's master key.
          deltaport keys export %s"""
        .formatted(
            name,
            repositories(key),
            key.path("kind").asText(),
            key.path("fingerprint").asText(),
            name);
  }
}
