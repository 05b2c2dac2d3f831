package io.deltaport.layer;

import io.deltaport.ostree.Checksum;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * The files of an image with its layers applied, as a device sees them. About 200 bytes of memory
 * for each node. Safe for many readers.
 */
public final class FlatTree {
  private final FlatNode.Folder root;

  FlatTree(FlatNode.Folder root) {
    this.root = root;
  }

  /** Hears about every node of a tree. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * Takes one node; folders come before what is in them.
     *
     * @param path normalised, without a leading slash; empty for the root
     */
    void visit(byte[] path, FlatNode node) throws IOException;
  }

  /** Returns the folder at the top. */
  public FlatNode.Folder root() {
    return root;
  }

  /** Returns the node at a normalised path. */
  public Optional<FlatNode> find(byte[] path) {
    FlatNode node = root;
    for (int start = 0; start < path.length; ) {
      int end = TarPath.endOfSegment(path, start);
      if (!(node instanceof FlatNode.Folder folder)) {
        return Optional.empty();
      }
      node = folder.mutableChildren().get(Arrays.copyOfRange(path, start, end));
      start = end + 1;
    }
    return Optional.ofNullable(node);
  }

  /** Returns this tree but for what has a name at its top. */
  public FlatTree without(String name) {
    FlatNode.Folder others = new FlatNode.Folder(root.meta(), root.layer());
    others.mutableChildren().putAll(root.mutableChildren());
    others.mutableChildren().remove(OstreeLayout.bytes(name));
    return new FlatTree(others);
  }

  /** Says whether another tree has the same files and folders, whichever layers they come from. */
  public boolean equalTree(FlatTree other) {
    return equalTree(other, Map.of());
  }

  /**
   * As above.
   *
   * @param replaced objects of {@code other} in whose place others are as good
   */
  public boolean equalTree(FlatTree other, Map<Checksum, Checksum> replaced) {
    return equal(root, other.root, replaced);
  }

  // As deep as paths have segments.
  private static boolean equal(FlatNode one, FlatNode other, Map<Checksum, Checksum> replaced) {
    return switch (one) {
      case FlatNode.Folder folder ->
          other instanceof FlatNode.Folder that
              && equal(folder.meta(), that.meta(), replaced)
              && folder.mutableChildren().size() == that.mutableChildren().size()
              && folder.mutableChildren().entrySet().stream()
                  .allMatch(
                      child ->
                          equal(
                              child.getValue(),
                              that.mutableChildren().get(child.getKey()),
                              replaced));
      case FlatNode.File file ->
          other instanceof FlatNode.File that && equal(file.object(), that.object(), replaced);
    };
  }

  private static boolean equal(Checksum one, Checksum other, Map<Checksum, Checksum> replaced) {
    return one.equals(other) || one.equals(replaced.get(other));
  }

  /** Visits all nodes, each folder's in the order of their names as unsigned bytes. */
  public void walk(Visitor visitor) throws IOException {
    walk(new byte[0], root, visitor);
  }

  // As deep as paths have segments: 2,048 at most, since a path has at most 4,096 bytes.
  private static void walk(byte[] path, FlatNode node, Visitor visitor) throws IOException {
    visitor.visit(path, node);
    if (node instanceof FlatNode.Folder folder) {
      for (Map.Entry<byte[], FlatNode> child : folder.mutableChildren().entrySet()) {
        walk(TarPath.child(path, child.getKey()), child.getValue(), visitor);
      }
    }
  }
}
