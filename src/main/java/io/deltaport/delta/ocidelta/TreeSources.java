package io.deltaport.delta.ocidelta;

import io.deltaport.delta.RandomAccessContent;
import io.deltaport.delta.TempContent;
import io.deltaport.delta.tardiff.SourceOpener;
import io.deltaport.layer.FlatNode;
import io.deltaport.layer.FlatTree;
import io.deltaport.store.ObjectReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Opens the files of a flattened image for a tar-diff: small ones in memory, others on disk. */
final class TreeSources implements SourceOpener {
  private static final int MEMORY_BYTES_MAX = 16 << 20;

  private final FlatTree tree;
  private final ObjectReader objects;
  private final Path tempFolder;

  TreeSources(FlatTree tree, ObjectReader objects, Path tempFolder) {
    this.tree = tree;
    this.objects = objects;
    this.tempFolder = tempFolder;
  }

  @Override
  public RandomAccessContent open(String path) throws IOException {
    Optional<FlatNode> node = tree.find(path.getBytes(StandardCharsets.UTF_8));
    if (node.isEmpty() || !(node.get() instanceof FlatNode.File file) || !file.kind().isRegular()) {
      throw new NoSuchFileException(path, null, "the source image has no such file");
    }
    try (InputStream content = objects.openContent(file.object())) {
      if (file.length() > MEMORY_BYTES_MAX) {
        return TempContent.copy(content, file.length(), tempFolder);
      }
      byte[] bytes = content.readNBytes((int) file.length());
      if (bytes.length < file.length()) {
        throw new EOFException("the source file " + path + " is shorter than its entry says");
      }
      return RandomAccessContent.of(bytes);
    }
  }
}
