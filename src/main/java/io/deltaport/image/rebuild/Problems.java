package io.deltaport.image.rebuild;

import java.util.ArrayList;
import java.util.List;

/** Collects what cannot be read, for people. Not thread-safe. */
final class Problems {
  private final List<String> all = new ArrayList<>();

  void add(String key, Exception problem) {
    if (all.size() < RebuildReport.PROBLEMS_MAX) {
      all.add(key + ": " + problem.getMessage());
    }
  }

  List<String> all() {
    return List.copyOf(all);
  }
}
