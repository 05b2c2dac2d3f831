package io.deltaport.layer;

import io.deltaport.selinux.FileContexts;
import io.deltaport.selinux.PolicyConfig;
import io.deltaport.selinux.SelinuxFormatException;
import io.deltaport.store.ObjectReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the SELinux policy in a tree of OSTree's layout, where libostree looks for it. */
final class ImagePolicy {
  private static final String FOLDER = "usr/etc/selinux/";

  /** Longest file of a policy: those of 2026 have half a megabyte. */
  private static final int FILE_BYTES_MAX = 16 << 20;

  private ImagePolicy() {}

  /**
   * Returns the policy, or nothing when the tree has none or it is disabled.
   *
   * @throws NotAbsorbableException if a file of it is too long
   * @throws SelinuxFormatException if it cannot be used
   */
  static Optional<FileContexts> read(FlatTree tree, ObjectReader objects) throws IOException {
    String config = text(tree, objects, FOLDER + "config");
    PolicyConfig policy = PolicyConfig.parse(config == null ? "" : config);
    if (!policy.enabled() || policy.type() == null) {
      return Optional.empty();
    }
    String name = FOLDER + policy.type() + "/contexts/files/file_contexts";
    String first = text(tree, objects, name);
    if (first == null) {
      return Optional.empty();
    }
    List<String> contexts = new ArrayList<>(List.of(first));
    for (String more : List.of(".homedirs", ".local")) {
      String text = text(tree, objects, name + more);
      if (text != null) {
        contexts.add(text);
      }
    }
    return Optional.of(
        FileContexts.parse(
            contexts,
            orEmpty(text(tree, objects, name + ".subs")),
            orEmpty(text(tree, objects, name + ".subs_dist"))));
  }

  private static String orEmpty(String text) {
    return text == null ? "" : text;
  }

  /** Returns a regular file's content, one char for each byte; null when there is none. */
  private static String text(FlatTree tree, ObjectReader objects, String path) throws IOException {
    FlatNode node = tree.find(path.getBytes(StandardCharsets.ISO_8859_1)).orElse(null);
    if (!(node instanceof FlatNode.File file) || !file.kind().isRegular()) {
      return null;
    }
    if (file.length() > FILE_BYTES_MAX) {
      throw new NotAbsorbableException(
          "has the file '" + path + "' of more than " + FILE_BYTES_MAX + " bytes");
    }
    try (InputStream in = objects.openContent(file.object())) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
