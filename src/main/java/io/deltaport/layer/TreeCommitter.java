package io.deltaport.layer;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.DirTree;
import io.deltaport.store.ObjectIndex;
import io.deltaport.store.ObjectKind;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.pack.PackWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Stores a tree as OSTree's dirtree, dirmeta and commit objects, with the checksums that {@code
 * ostree commit} gives the same tree on disk. Thread-safe.
 */
public final class TreeCommitter {
  private final Driver driver;
  private final ObjectIndex index;

  public TreeCommitter(Driver driver, ObjectIndex index) {
    this.driver = driver;
    this.index = index;
  }

  /** Writes the objects that the store does not have into a pack, durable on return. */
  public CommittedTree commit(FlatTree tree, CommitDetails details) throws IOException {
    try (PackWriter pack = new PackWriter(driver)) {
      ObjectSink sink = new ObjectSink(pack, index);
      // No layer has these when no tar names them.
      sink.add(ObjectKind.DIRMETA, DefaultFolder.META);
      sink.add(ObjectKind.FILE, OstreeLayout.OSTREE_LINK_OBJECT);
      Checksum rootTree = store(tree.root(), sink);
      Checksum rootMeta = tree.root().meta();
      Checksum commit = sink.add(ObjectKind.COMMIT, details.commit(rootTree, rootMeta).encode());
      sink.flush();
      return new CommittedTree(commit, rootTree, rootMeta, pack.publish());
    }
  }

  // As deep as paths have segments: 2,048 at most, since a path has at most 4,096 bytes.
  private static Checksum store(FlatNode.Folder folder, ObjectSink sink) throws IOException {
    List<DirTree.FileEntry> files = new ArrayList<>();
    List<DirTree.FolderEntry> folders = new ArrayList<>();
    for (Map.Entry<byte[], FlatNode> child : folder.children().entrySet()) {
      switch (child.getValue()) {
        case FlatNode.File file -> files.add(new DirTree.FileEntry(child.getKey(), file.object()));
        case FlatNode.Folder below ->
            folders.add(new DirTree.FolderEntry(child.getKey(), store(below, sink), below.meta()));
      }
    }
    return sink.add(ObjectKind.DIRTREE, new DirTree(files, folders).encode());
  }
}
