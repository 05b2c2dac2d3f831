package io.deltaport.layer;

import io.deltaport.oci.Digest;
import io.deltaport.store.driver.Driver;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;

/**
 * Applies the layers of an image one on the other, the bottom one first. Not thread-safe; after an
 * exception the whole flattener is thrown away.
 *
 * <p>A layer is read twice: first its whiteouts, which hide only what is below the layer wherever
 * they stand in the tar, then everything else in the order of the tar. A path that is there twice
 * is what came last. Where a folder is missing on the way to an entry it is made with mode 0755 for
 * root. A file or link of a lower layer that stands where this layer needs a folder gives way to
 * it, as with overlayfs; one of the same layer does not, because writing through a link of the same
 * archive is how archives break out of their folder.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md">layer.md</a>
 */
public final class Flattener {
  private final LayerLimits limits;
  private final FlatNode.Folder root;
  private int layer;
  private long treeBytes = LayerLimits.NODE_BYTES;

  public Flattener(LayerLimits limits) {
    this.limits = limits;
    this.root = new FlatNode.Folder(DefaultFolder.CHECKSUM, 0);
    this.layer = -1;
  }

  /**
   * Begins with a tree in place of the bottom layer.
   *
   * @param base changed by what is applied
   */
  public Flattener(LayerLimits limits, FlatTree base) {
    this.limits = limits;
    this.root = base.root();
    this.treeBytes += bytesBelow(root);
  }

  /**
   * Applies the recipe of the next layer.
   *
   * @throws NotAbsorbableException if its entries make no tree on top of the layers below
   * @throws RecipeFormatException if the recipe is damaged
   * @throws java.nio.file.NoSuchFileException if there is no recipe for this layer
   */
  public void apply(Driver driver, Digest diffId) throws IOException {
    layer++;
    eachEntry(driver, diffId, this::hide);
    eachEntry(driver, diffId, this::put);
  }

  /** Returns the tree so far; nothing may be applied afterwards. */
  public FlatTree tree() {
    return new FlatTree(root);
  }

  private interface EntryConsumer {
    void accept(RecipeRecord.Entry entry) throws IOException;
  }

  private static void eachEntry(Driver driver, Digest diffId, EntryConsumer consumer)
      throws IOException {
    try (RecipeReader recipe = RecipeReader.open(driver, diffId)) {
      for (RecipeRecord next = recipe.next(); next != null; next = recipe.next()) {
        if (next instanceof RecipeRecord.Entry entry) {
          consumer.accept(entry);
        }
      }
    }
  }

  private void hide(RecipeRecord.Entry entry) throws IOException {
    switch (entry.kind()) {
      case WHITEOUT -> {
        FlatNode.Folder folder = parentOf(entry.path());
        remove(folder, TarPath.name(entry.path()));
      }
      case OPAQUE -> {
        FlatNode.Folder folder = folderAt(entry.path(), entry.path().length);
        // Only folders that this layer itself has made can be here from this layer: empty ones.
        treeBytes -= bytesBelow(folder);
        folder.mutableChildren().clear();
      }
      default -> {}
    }
  }

  private void put(RecipeRecord.Entry entry) throws IOException {
    switch (entry.kind()) {
      case WHITEOUT, OPAQUE -> {}
      case FOLDER -> folderAt(entry.path(), entry.path().length).describe(entry.object(), layer);
      case HARD_LINK -> putFile(entry.path(), linked(entry));
      default ->
          putFile(
              entry.path(), new FlatNode.File(entry.kind(), entry.object(), entry.length(), layer));
    }
  }

  private FlatNode.File linked(RecipeRecord.Entry entry) throws NotAbsorbableException {
    if (Arrays.equals(entry.path(), entry.target())) {
      throw refuse(entry.path(), "is a hard link to itself");
    }
    FlatNode target = tree().find(entry.target()).orElse(null);
    return switch (target) {
      case null ->
          throw refuse(
              entry.path(),
              "is a hard link to '" + TarPath.show(entry.target()) + "', which is not there");
      case FlatNode.Folder folder ->
          throw refuse(
              entry.path(), "is a hard link to the folder '" + TarPath.show(entry.target()) + "'");
      case FlatNode.File file ->
          new FlatNode.File(file.kind(), file.object(), file.length(), layer);
    };
  }

  private void putFile(byte[] path, FlatNode.File file) throws NotAbsorbableException {
    if (path.length == 0) {
      throw new NotAbsorbableException("has a root that is no folder");
    }
    FlatNode.Folder folder = parentOf(path);
    byte[] name = TarPath.name(path);
    remove(folder, name);
    add(folder, name, file);
  }

  private FlatNode.Folder parentOf(byte[] path) throws NotAbsorbableException {
    return folderAt(path, TarPath.parent(path).length);
  }

  /** Returns the folder at the first {@code length} bytes of a path; makes what is missing. */
  private FlatNode.Folder folderAt(byte[] path, int length) throws NotAbsorbableException {
    FlatNode.Folder folder = root;
    for (int start = 0; start < length; ) {
      int end = TarPath.endOfSegment(path, start);
      folder = childFolder(folder, path, start, end);
      start = end + 1;
    }
    return folder;
  }

  private FlatNode.Folder childFolder(FlatNode.Folder folder, byte[] path, int start, int end)
      throws NotAbsorbableException {
    byte[] name = Arrays.copyOfRange(path, start, end);
    FlatNode node = folder.mutableChildren().get(name);
    if (node instanceof FlatNode.Folder child) {
      return child;
    }
    if (node != null) {
      if (node.layer() == layer && end < path.length) {
        throw refuse(path, "goes through a file or link of the same layer");
      }
      remove(folder, name);
    }
    FlatNode.Folder made = new FlatNode.Folder(DefaultFolder.CHECKSUM, layer);
    add(folder, name, made);
    return made;
  }

  private void add(FlatNode.Folder folder, byte[] name, FlatNode node)
      throws NotAbsorbableException {
    treeBytes += bytes(name);
    if (treeBytes > limits.treeMaxBytes()) {
      throw new NotAbsorbableException(
          "makes a tree that takes more memory than the limit of "
              + limits.treeMaxBytes()
              + " bytes");
    }
    folder.mutableChildren().put(name, node);
  }

  private void remove(FlatNode.Folder folder, byte[] name) {
    FlatNode removed = folder.mutableChildren().remove(name);
    if (removed != null) {
      treeBytes -= bytes(name);
    }
    if (removed instanceof FlatNode.Folder below) {
      treeBytes -= bytesBelow(below);
    }
  }

  private static long bytes(byte[] name) {
    return LayerLimits.NODE_BYTES + name.length;
  }

  private static long bytesBelow(FlatNode.Folder folder) {
    long bytes = 0;
    for (Map.Entry<byte[], FlatNode> child : folder.mutableChildren().entrySet()) {
      bytes += bytes(child.getKey());
      if (child.getValue() instanceof FlatNode.Folder below) {
        bytes += bytesBelow(below);
      }
    }
    return bytes;
  }

  private static NotAbsorbableException refuse(byte[] path, String why) {
    return new NotAbsorbableException("has the entry '" + TarPath.show(path) + "', which " + why);
  }
}
