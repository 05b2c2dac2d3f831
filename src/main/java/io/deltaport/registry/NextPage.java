package io.deltaport.registry;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Writes the Link header that leads to the next page of a list (RFC 8288). */
final class NextPage {
  private NextPage() {}

  /**
   * Returns the header's value.
   *
   * @param path of the list
   * @param n most entries of a page
   * @param last the last entry of this page
   * @param artifactType what the list is filtered by
   */
  static String link(String path, int n, String last, Optional<String> artifactType) {
    String filter = artifactType.map(type -> "artifactType=" + encode(type) + "&").orElse("");
    return "<" + path + "?" + filter + "n=" + n + "&last=" + encode(last) + ">; rel=\"next\"";
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
