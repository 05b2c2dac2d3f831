package io.deltaport.it;

import io.deltaport.layer.AbsorbedLayer;
import io.deltaport.layer.CommitDetails;
import io.deltaport.layer.CommitImporter;
import io.deltaport.layer.CommittedTree;
import io.deltaport.layer.EncapsulatedCommit;
import io.deltaport.layer.FlatTree;
import io.deltaport.layer.Flattener;
import io.deltaport.layer.LayerAbsorber;
import io.deltaport.layer.LayerLimits;
import io.deltaport.layer.OstreeLayout;
import io.deltaport.layer.TreeCommitter;
import io.deltaport.oci.Digest;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Commit;
import io.deltaport.ostree.ContentHeader;
import io.deltaport.ostree.DirMeta;
import io.deltaport.ostree.DirTree;
import io.deltaport.store.driver.FilesystemDriver;
import io.deltaport.store.pack.MemoryObjectIndex;
import io.deltaport.store.pack.PackedObjects;
import io.deltaport.store.pack.PublishedPack;
import io.deltaport.util.Progress;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes commits of layers as the server does, in a folder and without the server. */
final class CommitStore implements AutoCloseable {
  private static final CommitDetails DETAILS =
      new CommitDetails(Map.of(), Optional.empty(), "test", "", 1);

  private final FilesystemDriver driver;
  private final MemoryObjectIndex index = new MemoryObjectIndex();

  /** What the objects are that were read. */
  private final Map<Checksum, String> kinds = new HashMap<>();

  CommitStore(Path folder) throws IOException {
    driver = new FilesystemDriver(folder);
  }

  /** Absorbs the layers of an image and applies some of them. */
  FlatTree flatten(Layout layout, Layout.Image image, int layers) throws IOException {
    for (String layer : image.layers().subList(0, layers)) {
      absorb(layout.blob(layer));
    }
    return apply(new Flattener(LayerLimits.DEFAULT), image.diffIds().subList(0, layers));
  }

  FlatTree apply(Flattener flattener, List<String> diffIds) throws IOException {
    for (String diffId : diffIds) {
      flattener.apply(driver, Digest.parse(diffId));
    }
    return flattener.tree();
  }

  AbsorbedLayer absorb(Path blob) throws IOException {
    try (InputStream in = Files.newInputStream(blob)) {
      AbsorbedLayer layer =
          new LayerAbsorber(driver, index, LayerLimits.DEFAULT)
              .absorb(in, Files.size(blob), Progress.NONE);
      add(layer.pack());
      return layer;
    }
  }

  CommittedTree commit(FlatTree tree, boolean relabel) throws IOException {
    CommittedTree commit =
        new TreeCommitter(driver, index).commit(OstreeLayout.of(tree), DETAILS, relabel);
    add(commit.pack());
    return commit;
  }

  EncapsulatedCommit load(FlatTree image, boolean asBase) throws IOException {
    EncapsulatedCommit commit =
        new CommitImporter(driver, index, LayerLimits.DEFAULT).load(image, asBase);
    add(commit.pack());
    return commit;
  }

  private void add(Optional<PublishedPack> pack) throws IOException {
    if (pack.isPresent()) {
      index.add(driver, pack.get().id());
    }
  }

  byte[] read(Checksum object) throws IOException {
    try (InputStream in = PackedObjects.verifying(driver, index).open(object)) {
      return in.readAllBytes();
    }
  }

  /** Reads everything that a commit needs, each object against its name. */
  Set<Checksum> readAll(Checksum commit) throws IOException {
    Set<Checksum> seen = new HashSet<>(Set.of(commit));
    kinds.put(commit, "commit");
    Commit root = Commit.decode(read(commit));
    readTree(root.tree(), root.meta(), seen);
    return seen;
  }

  /** Writes a commit with all its objects into an OSTree repository of the mode bare-user. */
  void export(Checksum commit, Path repo) throws IOException {
    for (Checksum object : readAll(commit)) {
      byte[] bytes = read(object);
      if (kinds.get(object).equals("file")) {
        exportFile(object, bytes, repo);
      } else {
        Files.write(place(repo, object, kinds.get(object)), bytes);
      }
    }
  }

  /** A file is its content, or its link's target, with everything else in an attribute. */
  private static void exportFile(Checksum object, byte[] bytes, Path repo) throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(bytes);
    ContentHeader header = ContentHeader.read(in);
    Path file = place(repo, object, "file");
    Files.write(file, header.isRegular() ? in.readAllBytes() : header.symlinkTarget());
    // Of the same form as a dirmeta: owner, mode and attributes.
    byte[] meta = new DirMeta(header.uid(), header.gid(), header.mode(), header.xattrs()).encode();
    Files.setAttribute(file, "user:ostreemeta", meta);
  }

  private static Path place(Path repo, Checksum object, String kind) throws IOException {
    String hex = object.hex();
    Path folder = repo.resolve("objects").resolve(hex.substring(0, 2));
    return Files.createDirectories(folder).resolve(hex.substring(2) + "." + kind);
  }

  private void readTree(Checksum tree, Checksum meta, Set<Checksum> seen) throws IOException {
    readOnce(meta, "dirmeta", seen);
    kinds.put(tree, "dirtree");
    if (!seen.add(tree)) {
      return;
    }
    DirTree folder = DirTree.decode(read(tree));
    for (DirTree.FileEntry file : folder.files()) {
      readOnce(file.object(), "file", seen);
    }
    for (DirTree.FolderEntry below : folder.folders()) {
      readTree(below.tree(), below.meta(), seen);
    }
  }

  private void readOnce(Checksum object, String kind, Set<Checksum> seen) throws IOException {
    kinds.put(object, kind);
    if (seen.add(object)) {
      read(object);
    }
  }

  @Override
  public void close() throws IOException {
    driver.close();
  }
}
