package io.deltaport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Reads lists that the server gives page by page. */
final class Pages {
  private Pages() {}

  /**
   * Returns one object whose {@code field} has the items of all pages.
   *
   * @param path may have a query of its own
   */
  static ObjectNode all(ApiClient client, String path, String field, String repository) {
    ObjectNode whole = Json.object();
    ArrayNode items = whole.putArray(field);
    String filter = repository == null ? "" : "&repository=" + ApiClient.encode(repository);
    String first = path.indexOf('?') < 0 ? "?" : "&";
    String last = "";
    do {
      JsonNode page = client.get(path + first + "n=1000" + filter + last);
      page.path(field).forEach(items::add);
      last = page.has("next") ? "&last=" + ApiClient.encode(page.path("next").asText()) : "";
    } while (!last.isEmpty());
    return whole;
  }
}
