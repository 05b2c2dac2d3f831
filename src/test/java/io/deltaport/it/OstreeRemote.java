package io.deltaport.it;

import java.util.Optional;

/** What OSTree clients see of a repository. */
record OstreeRemote(Registry registry) {
  static OstreeRemote of(Registry registry) {
    return new OstreeRemote(registry);
  }

  /** Returns the address that {@code ostree remote add} takes. */
  String url() {
    return registry.server().url() + path("");
  }

  /** Returns the path of a file of the remote. */
  String path(String file) {
    return "/ostree/" + registry.repository() + (file.isEmpty() ? "" : "/" + file);
  }

  /** Waits until the image of a tag has a commit, and returns it. */
  String await(String ref) {
    return Await.value("there is a ref " + ref, Await.PATIENCE, () -> commit(ref));
  }

  /** Moves a tag to another release and returns the commit where its ref goes. */
  String release(Layout layout, String version, String tag) {
    String before = commit(tag).orElse("");
    Skopeo.push(layout, version, registry.server(), registry.repository() + ":" + tag);
    return Await.value(
        "the ref has moved to " + version,
        Await.PATIENCE,
        () -> commit(tag).filter(commit -> !commit.equals(before)));
  }

  /** Returns the commit of a ref, if there is one. */
  Optional<String> commit(String ref) {
    var response = registry.request().get(path("refs/heads/" + ref));
    return response.statusCode() == 200
        ? Optional.of(response.asString().strip())
        : Optional.empty();
  }
}
