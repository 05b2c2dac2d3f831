package io.deltaport.it;

import java.nio.file.Path;

/** Pushes and pulls with skopeo, which leaves every byte as it is. */
final class Skopeo {
  private Skopeo() {}

  /** Copies a release to the registry. */
  static void push(Trees trees, String tag, ServerProcess server, String name) {
    push(trees.layout(), tag, server, name);
  }

  static void push(Layout layout, String tag, ServerProcess server, String name) {
    String source = "oci:" + layout.folder() + ":" + tag;
    copy("--dest-tls-verify=false", source, "docker://" + server.host() + "/" + name).ok();
  }

  /** Copies an image from the registry into a new layout, and checks every digest. */
  static Layout.Image pull(ServerProcess server, String name, Path folder) {
    String source = "docker://" + server.host() + "/" + name;
    copy("--src-tls-verify=false", source, "oci:" + folder + ":back").ok();
    Layout layout = new Layout(folder);
    return layout.verify(layout.image("back"));
  }

  static Command copy(String option, String source, String target) {
    return Command.client(
        "skopeo", "copy", "--quiet", "--preserve-digests", option, source, target);
  }
}
