package io.deltaport.layer;

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

  /** Says whether another tree has the same files and folders, whichever layers they come from. */
  public boolean equalTree(FlatTree other) {
    return equal(root, other.root);
  }

  // As deep as paths have segments.
  private static boolean equal(FlatNode.Folder one, FlatNode.Folder other) {
    return one.meta().equals(other.meta())
        && one.mutableChildren().size() == other.mutableChildren().size()
        && one.mutableChildren().entrySet().stream()
            .allMatch(
                child -> equal(child.getValue(), other.mutableChildren().get(child.getKey())));
  }

  private static boolean equal(FlatNode one, FlatNode other) {
    return switch (one) {
      case FlatNode.Folder folder -> other instanceof FlatNode.Folder same && equal(folder, same);
      case FlatNode.File file ->
          other instanceof FlatNode.File same && file.object().equals(same.object());
    };
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
