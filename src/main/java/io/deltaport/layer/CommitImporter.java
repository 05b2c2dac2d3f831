package io.deltaport.layer;

import io.deltaport.layer.FlatNode.File;
import io.deltaport.layer.FlatNode.Folder;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Commit;
import io.deltaport.ostree.DirMeta;
import io.deltaport.ostree.DirTree;
import io.deltaport.ostree.OstreeFormatException;
import io.deltaport.store.ObjectIndex;
import io.deltaport.store.ObjectKind;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.pack.PackWriter;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Takes the commit of an encapsulated image into the store, each object under its own name.
 * Thread-safe.
 *
 * <p>File objects differ from the layers' own by their extended attributes; their content is not
 * stored again.
 */
public final class CommitImporter {
  /** Deepest tree: as deep as paths of layers, of at most 4,096 bytes, can be. */
  private static final int DEPTH_MAX = 2_048;

  private final Driver driver;
  private final ObjectIndex index;
  private final LayerLimits limits;

  public CommitImporter(Driver driver, ObjectIndex index, LayerLimits limits) {
    this.driver = driver;
    this.index = index;
    this.limits = limits;
  }

  /**
   * Checks and stores all objects of the commit, in a pack that is durable on return.
   *
   * @param image the flattened layers of the encapsulated image
   * @param asBase whether its tree is needed for further layers
   * @throws NotAbsorbableException if the image holds no whole commit
   */
  public EncapsulatedCommit load(FlatTree image, boolean asBase) throws IOException {
    try (PackWriter pack = new PackWriter(driver)) {
      Loading loading = new Loading(image, new ObjectSink(pack, index));
      return loading.load(pack, asBase);
    } catch (OstreeFormatException e) {
      throw new NotAbsorbableException(
          "has an encapsulated commit with a broken object: " + e.getMessage(), e);
    }
  }

  /** The load of one commit. */
  private final class Loading {
    private final FlatTree image;
    private final ObjectSink sink;
    private final HeaderChange headers;
    private final EncapsulatedObjects objects;
    private final Map<Checksum, File> files = new HashMap<>();
    private final Map<Checksum, DirTree> trees = new HashMap<>();
    private final Set<Checksum> metas = new HashSet<>();
    private long treeBytes;

    Loading(FlatTree image, ObjectSink sink) throws IOException {
      this.image = image;
      this.sink = sink;
      this.headers = new HeaderChange(driver, index, sink);
      if (image.find(EncapsulatedObjects.FOLDER).orElse(null) instanceof Folder folder) {
        headers.prepare(new FlatTree(folder));
      }
      this.objects = new EncapsulatedObjects(image, headers.objects());
    }

    EncapsulatedCommit load(PackWriter pack, boolean asBase) throws IOException {
      Checksum name = objects.commit();
      byte[] content = objects.metadata(name, "commit");
      Commit commit = Commit.decode(content);
      sink.add(ObjectKind.COMMIT, content);
      meta(commit.meta());
      tree(commit.tree(), 0);
      sink.flush();
      CommittedTree stored = new CommittedTree(name, commit.tree(), commit.meta(), pack.publish());
      return new EncapsulatedCommit(stored, objects.detached(name), asBase ? base(commit) : null);
    }

    private void meta(Checksum name) throws IOException {
      if (metas.add(name)) {
        byte[] content = objects.metadata(name, "dirmeta");
        DirMeta.decode(content);
        sink.add(ObjectKind.DIRMETA, content);
      }
    }

    private void tree(Checksum name, int depth) throws IOException {
      if (depth > DEPTH_MAX) {
        throw new NotAbsorbableException("has an encapsulated commit that is too deep");
      }
      if (trees.containsKey(name)) {
        return;
      }
      byte[] content = objects.metadata(name, "dirtree");
      DirTree tree = DirTree.decode(content);
      trees.put(name, tree);
      sink.add(ObjectKind.DIRTREE, content);
      for (DirTree.FileEntry entry : tree.files()) {
        file(entry.object());
      }
      for (DirTree.FolderEntry entry : tree.folders()) {
        meta(entry.meta());
        tree(entry.tree(), depth + 1);
      }
    }

    private void file(Checksum name) throws IOException {
      if (files.containsKey(name)) {
        return;
      }
      File file = objects.file(name);
      Checksum found =
          headers.change(
              file.object(),
              header -> Optional.ofNullable(objects.xattrs(name)).map(header::withXattrs));
      if (!found.equals(name)) {
        throw new NotAbsorbableException("has another file under the name " + name);
      }
      files.put(name, new File(file.kind(), name, file.length(), 0));
    }

    /** Returns the tree as the layers of containers have it. */
    private FlatTree base(Commit commit) throws IOException {
      Folder root = folder(commit.tree(), commit.meta());
      if (root.mutableChildren().get(OstreeLayout.bytes("usr")) instanceof Folder usr
          && usr.mutableChildren().remove(OstreeLayout.bytes("etc")) instanceof Folder etc) {
        root.mutableChildren().put(OstreeLayout.bytes("etc"), etc);
      }
      // Layers may have hard links to the objects.
      image
          .find(OstreeLayout.bytes("sysroot"))
          .ifPresent(node -> root.mutableChildren().put(OstreeLayout.bytes("sysroot"), node));
      return new FlatTree(root);
    }

    // Bounded by the memory of a tree: one dirtree may stand in many places.
    private Folder folder(Checksum tree, Checksum meta) throws IOException {
      Folder folder = new Folder(meta, 0);
      for (DirTree.FileEntry entry : trees.get(tree).files()) {
        count(entry.name());
        folder.mutableChildren().put(entry.name(), files.get(entry.object()));
      }
      for (DirTree.FolderEntry entry : trees.get(tree).folders()) {
        count(entry.name());
        folder.mutableChildren().put(entry.name(), folder(entry.tree(), entry.meta()));
      }
      return folder;
    }

    private void count(byte[] name) throws NotAbsorbableException {
      treeBytes += LayerLimits.NODE_BYTES + name.length;
      if (treeBytes > limits.treeMaxBytes()) {
        throw new NotAbsorbableException(
            "has a commit whose tree takes more memory than the limit of "
                + limits.treeMaxBytes()
                + " bytes");
      }
    }
  }
}
