package io.deltaport.it;

import io.deltaport.it.LayoutBuilder.Compression;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * Releases of an image of a few layers that change a little from one to the next, so that packs
 * with ancestors come of them. Not thread-safe.
 */
final class EvolvingImage {
  private static final List<Compression> LAYERS = List.of(Compression.values());
  private static final int FILES = 6;
  private static final int FILE_BYTES = 400_000;
  private static final int CHANGES = 40;

  /** Compresses to about a half. */
  private static final int LETTERS = 20;

  private final Random random;
  private final byte[][][] contents = new byte[LAYERS.size()][FILES][FILE_BYTES];

  EvolvingImage(Random random) {
    this.random = random;
    for (byte[][] layer : contents) {
      for (byte[] content : layer) {
        change(content, content.length);
      }
    }
  }

  private void change(byte[] content, int times) {
    for (int i = 0; i < times; i++) {
      int at = times == content.length ? i : random.nextInt(content.length);
      content[at] = (byte) random.nextInt(LETTERS);
    }
  }

  /** Returns the next release, with the tag {@code v}; some of its layers are those of the last. */
  Layout next(Path folder) throws IOException {
    LayoutBuilder builder = new LayoutBuilder(folder.resolve("oci"));
    int unchanged = random.nextInt(LAYERS.size());
    for (int layer = 0; layer < LAYERS.size(); layer++) {
      Path tree = Files.createDirectory(folder.resolve("tree" + layer));
      for (int file = 0; file < FILES; file++) {
        byte[] content = contents[layer][file];
        if (layer != unchanged && random.nextBoolean()) {
          change(content, CHANGES);
        }
        Files.write(tree.resolve("file" + layer + file), content);
      }
      Path tar = folder.resolve(layer + ".tar");
      Command.program("tar", "--sort=name", "--mtime=@0", "-C", tree, "-cf", tar, ".").ok();
      builder.tar(tar, LAYERS.get(layer));
    }
    return builder.image("v").build();
  }
}
