package io.deltaport.delta.ocidelta;

import io.deltaport.delta.SourceFile;
import io.deltaport.layer.EntryKind;
import io.deltaport.layer.FlatNode;
import io.deltaport.layer.FlatTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Chooses the files of an old image that every kind of device can read while it updates. */
final class SourceFiles {
  /** Longest path in a tar-diff. */
  private static final int PATH_BYTES_MAX = 4096;

  private static final String[] UNAVAILABLE = {
    // OSTree's own repository is no part of what a device sees as the tree.
    "sysroot/ostree/",
    // A composefs device empties it.
    "run/",
  };

  private SourceFiles() {}

  static List<SourceFile> of(FlatTree tree) throws IOException {
    List<SourceFile> files = new ArrayList<>();
    tree.walk(
        (path, node) -> {
          // Composefs cannot read sparse files as sources.
          if (node instanceof FlatNode.File file && file.kind() == EntryKind.FILE) {
            name(path)
                .ifPresent(name -> files.add(new SourceFile(name, file.object(), file.length())));
          }
        });
    return files;
  }

  private static Optional<String> name(byte[] path) {
    if (path.length > PATH_BYTES_MAX) {
      return Optional.empty();
    }
    try {
      String name = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(path)).toString();
      for (String prefix : UNAVAILABLE) {
        if (name.startsWith(prefix)) {
          return Optional.empty();
        }
      }
      return Optional.of(name);
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
