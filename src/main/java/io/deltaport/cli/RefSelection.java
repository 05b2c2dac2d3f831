package io.deltaport.cli;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.RefName;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Chooses refs by names and patterns, in which a star stands for anything. */
final class RefSelection {
  private final List<String> patterns;

  RefSelection(List<String> patterns) {
    this.patterns = patterns == null ? List.of() : patterns;
  }

  /** Where refs are looked up. */
  interface Source {
    SortedMap<String, Checksum> all() throws IOException;

    Optional<Checksum> one(String name) throws IOException;
  }

  /**
   * Returns the chosen refs.
   *
   * @throws CliException if a pattern fits none, or a name is none that the server takes
   */
  SortedMap<String, Checksum> choose(Source source) throws IOException {
    SortedMap<String, Checksum> chosen = new TreeMap<>();
    if (patterns.isEmpty()) {
      chosen.putAll(source.all());
    }
    SortedMap<String, Checksum> all = null;
    for (String pattern : patterns) {
      if (pattern.indexOf('*') < 0) {
        chosen.put(
            pattern, source.one(pattern).orElseThrow(() -> none("there is no ref " + pattern)));
        continue;
      }
      all = all == null ? source.all() : all;
      Pattern regex = compile(pattern);
      int before = chosen.size();
      all.forEach(
          (name, commit) -> {
            if (regex.matcher(name).matches()) {
              chosen.put(name, commit);
            }
          });
      if (chosen.size() == before && all.keySet().stream().noneMatch(regex.asMatchPredicate())) {
        throw none("no ref fits " + pattern);
      }
    }
    if (chosen.isEmpty()) {
      throw none("the repository has no refs");
    }
    for (String name : chosen.keySet()) {
      if (!RefName.isValid(name)) {
        throw none("the ref \"" + name + "\" has a name that cannot be");
      }
    }
    return chosen;
  }

  private static CliException none(String message) {
    return new CliException(message);
  }

  private static Pattern compile(String pattern) {
    return Pattern.compile(
        Pattern.compile("\\*")
            .splitAsStream(pattern + "\0")
            .map(part -> Pattern.quote(part.replace("\0", "")))
            .collect(Collectors.joining(".*")));
  }
}
