package io.deltaport.layer;

import io.deltaport.layer.FlatNode.File;
import io.deltaport.layer.FlatNode.Folder;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.ContentHeader;
import io.deltaport.ostree.DirMeta;
import io.deltaport.selinux.FileContexts;
import io.deltaport.selinux.FileKind;
import io.deltaport.selinux.MatchBudget;
import io.deltaport.store.ObjectIndex;
import io.deltaport.store.ObjectKind;
import io.deltaport.store.driver.Driver;
import io.deltaport.util.Xattr;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gives the files and folders of a tree the labels of a policy, as {@code ostree commit
 * --selinux-policy} does; those that have one keep it, or not. Not thread-safe.
 *
 * <p>A file's label is part of its object, so each labelled file is another object. Its content is
 * read once for its name, and not stored again.
 */
final class TreeLabeler {
  private static final byte[] LABEL = "security.selinux".getBytes(StandardCharsets.US_ASCII);

  private final FileContexts policy;
  private final boolean relabel;
  private final ObjectSink sink;
  private final HeaderChange files;
  private final MatchBudget budget = new MatchBudget();
  private final Map<Labelled, Checksum> labelled = new HashMap<>();

  private record Labelled(Checksum object, String label) {}

  /**
   * Labels trees by a policy.
   *
   * @param relabel whether the policy's labels take the place of those that are there
   */
  TreeLabeler(
      Driver driver, ObjectIndex index, FileContexts policy, boolean relabel, ObjectSink sink) {
    this.policy = policy;
    this.relabel = relabel;
    this.sink = sink;
    this.files = new HeaderChange(driver, index, sink);
  }

  /** Returns the root of the same tree with labels, its new objects put into the sink. */
  Folder label(FlatTree tree) throws IOException {
    files.prepare(tree);
    return folder("/", tree.root());
  }

  // As deep as paths have segments: 2,048 at most, since a path has at most 4,096 bytes.
  private Folder folder(String path, Folder folder) throws IOException {
    Folder result = new Folder(meta(path, folder.meta()), folder.layer());
    String prefix = path.equals("/") ? path : path + "/";
    for (Map.Entry<byte[], FlatNode> child : folder.children().entrySet()) {
      String below = prefix + new String(child.getKey(), StandardCharsets.ISO_8859_1);
      FlatNode node =
          switch (child.getValue()) {
            case Folder inner -> folder(below, inner);
            case File file -> file(below, file);
          };
      result.mutableChildren().put(child.getKey(), node);
    }
    return result;
  }

  private Checksum meta(String path, Checksum meta) throws IOException {
    String label = label(path, FileKind.FOLDER);
    Labelled key = new Labelled(meta, label);
    Checksum known = label == null ? meta : labelled.get(key);
    if (known != null) {
      return known;
    }
    DirMeta before = DirMeta.decode(files.read(meta));
    Checksum result = meta;
    if (needsLabel(before.xattrs(), label)) {
      DirMeta after =
          new DirMeta(before.uid(), before.gid(), before.mode(), withLabel(before.xattrs(), label));
      result = sink.add(ObjectKind.DIRMETA, after.encode());
    }
    labelled.put(key, result);
    return result;
  }

  private File file(String path, File file) throws IOException {
    boolean link = file.kind() == EntryKind.SYMLINK;
    String label = label(path, link ? FileKind.LINK : FileKind.REGULAR);
    if (label == null) {
      return file;
    }
    Labelled key = new Labelled(file.object(), label);
    Checksum object = labelled.get(key);
    if (object == null) {
      object = files.change(file.object(), header -> labelled(header, label));
      labelled.put(key, object);
    }
    return new File(file.kind(), object, file.length(), file.layer());
  }

  /** Returns the header with the label; nothing when it may stay as it is. */
  private Optional<ContentHeader> labelled(ContentHeader header, String label) {
    return needsLabel(header.xattrs(), label)
        ? Optional.of(header.withXattrs(withLabel(header.xattrs(), label)))
        : Optional.empty();
  }

  private String label(String path, FileKind kind) throws IOException {
    // libostree asks for /mnt here, as policies say that what is in /proc has no label.
    return policy.label(path.equals("/proc") ? "/mnt" : path, kind, budget);
  }

  private boolean needsLabel(List<Xattr> xattrs, String label) {
    for (Xattr xattr : xattrs) {
      if (Arrays.equals(xattr.name(), LABEL)) {
        return relabel && !Arrays.equals(xattr.value(), value(label));
      }
    }
    return true;
  }

  private static List<Xattr> withLabel(List<Xattr> xattrs, String label) {
    List<Xattr> result = new ArrayList<>(xattrs);
    result.removeIf(xattr -> Arrays.equals(xattr.name(), LABEL));
    result.add(new Xattr(LABEL, value(label)));
    return result;
  }

  /** Returns the attribute's value, which ends with a zero byte. */
  private static byte[] value(String label) {
    return (label + "\0").getBytes(StandardCharsets.ISO_8859_1);
  }
}
