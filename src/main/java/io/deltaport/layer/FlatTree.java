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
