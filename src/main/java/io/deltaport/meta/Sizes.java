package io.deltaport.meta;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Rows of a digest and a size in bytes. */
final class Sizes {
  private Sizes() {}

  static Map<String, Long> of(List<Object[]> rows) {
    Map<String, Long> sizes = new HashMap<>();
    rows.forEach(row -> sizes.put((String) row[0], ((Number) row[1]).longValue()));
    return sizes;
  }
}
