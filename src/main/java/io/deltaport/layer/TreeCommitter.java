package io.deltaport.layer;

import io.deltaport.layer.FlatNode.Folder;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.DirTree;
import io.deltaport.selinux.FileContexts;
import io.deltaport.selinux.SelinuxFormatException;
import io.deltaport.store.ObjectIndex;
import io.deltaport.store.ObjectKind;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.pack.PackWriter;
import io.deltaport.store.pack.PackedObjects;
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

  /**
   * Writes the objects that the store does not have into a pack, durable on return. When the tree
   * has an SELinux policy, what has no label gets the policy's.
   *
   * @throws SelinuxFormatException if its policy cannot be used
   */
  public CommittedTree commit(FlatTree tree, CommitDetails details) throws IOException {
    return commit(tree, details, false);
  }

  /**
   * As {@link #commit(FlatTree, CommitDetails)}.
   *
   * @param relabel whether the policy's labels take the place of those that are there: layers on
   *     top of a labelled tree may have brought another policy
   */
  public CommittedTree commit(FlatTree tree, CommitDetails details, boolean relabel)
      throws IOException {
    try (PackWriter pack = new PackWriter(driver)) {
      ObjectSink sink = new ObjectSink(pack, index);
      // No layer has these when no tar names them.
      sink.add(ObjectKind.DIRMETA, DefaultFolder.META);
      sink.add(ObjectKind.FILE, OstreeLayout.OSTREE_LINK_OBJECT);
      Folder root = labelled(tree, relabel, sink);
      Checksum rootTree = store(root, sink);
      Checksum rootMeta = root.meta();
      Checksum commit = sink.add(ObjectKind.COMMIT, details.commit(rootTree, rootMeta).encode());
      sink.flush();
      return new CommittedTree(commit, rootTree, rootMeta, pack.publish());
    }
  }

  private Folder labelled(FlatTree tree, boolean relabel, ObjectSink sink) throws IOException {
    PackedObjects objects = PackedObjects.verifying(driver, index);
    FileContexts policy = ImagePolicy.read(tree, objects).orElse(null);
    return policy == null
        ? tree.root()
        : new TreeLabeler(driver, index, policy, relabel, sink).label(tree);
  }

  // As deep as paths have segments: 2,048 at most, since a path has at most 4,096 bytes.
  private static Checksum store(Folder folder, ObjectSink sink) throws IOException {
    List<DirTree.FileEntry> files = new ArrayList<>();
    List<DirTree.FolderEntry> folders = new ArrayList<>();
    for (Map.Entry<byte[], FlatNode> child : folder.children().entrySet()) {
      switch (child.getValue()) {
        case FlatNode.File file -> files.add(new DirTree.FileEntry(child.getKey(), file.object()));
        case Folder below ->
            folders.add(new DirTree.FolderEntry(child.getKey(), store(below, sink), below.meta()));
      }
    }
    return sink.add(ObjectKind.DIRTREE, new DirTree(files, folders).encode());
  }
}
