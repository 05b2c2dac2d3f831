package io.deltaport.ostree.repo;

/** Reads a repository's config: groups in brackets, then lines {@code key=value}. */
final class ConfigText {
  private ConfigText() {}

  /** Returns the last value of a key, or null. */
  static String value(String config, String group, String key) {
    String found = null;
    boolean inside = false;
    for (String raw : config.lines().toList()) {
      String line = raw.strip();
      if (line.startsWith("[")) {
        inside = line.equals("[" + group + "]");
      } else if (inside && !line.startsWith("#")) {
        int equals = line.indexOf('=');
        if (equals > 0 && line.substring(0, equals).strip().equals(key)) {
          found = line.substring(equals + 1).strip();
        }
      }
    }
    return found;
  }
}
