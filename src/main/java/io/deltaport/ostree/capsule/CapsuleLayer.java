package io.deltaport.ostree.capsule;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Commit;
import io.deltaport.ostree.ContentHeader;
import io.deltaport.ostree.DirMeta;
import io.deltaport.ostree.DirTree;
import io.deltaport.ostree.FileMeta;
import io.deltaport.ostree.ObjectName;
import io.deltaport.ostree.ObjectType;
import io.deltaport.ostree.repo.FileObject;
import io.deltaport.ostree.repo.RepoReader;
import io.deltaport.ostree.repo.RepoTree;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Writes the one layer of an encapsulated commit. Not thread-safe. The same commit gives the same
 * bytes everywhere.
 *
 * <p>Order: the folders of the repository, its config, the commit, its detached metadata, dirmetas
 * and dirtrees; then the tree, where each file is preceded by its extended attributes and its
 * object when it comes first.
 */
final class CapsuleLayer {
  private static final String OSTREE = "sysroot/ostree";
  private static final String REPO = OSTREE + "/repo";
  private static final String CONFIG = "[core]\nrepo_version=1\nmode=bare-split-xattrs\n";
  private static final List<String> FOLDERS =
      List.of(
          "extensions",
          "refs",
          "refs/heads",
          "refs/mirrors",
          "refs/remotes",
          "state",
          "tmp",
          "tmp/cache");
  private static final String ETC = "usr/etc";
  private static final String VAR_TMP = "var/tmp";
  private static final int FAN_OUT = 256;
  private static final int DEFAULT_FOLDER = 0_755;
  private static final int STICKY = 0_1777;
  private static final int PERMISSIONS = 0_7777;

  private final RepoReader repo;
  private final RepoTree trees;
  private final CapsuleTar tar;
  private final Map<Checksum, FileKind> written = new HashMap<>();
  private boolean hasVarTmp;

  /** What a link to an object needs to know of it. */
  private record FileKind(int uid, int gid, int permissions, boolean empty) {}

  private CapsuleLayer(RepoReader repo, CapsuleTar tar) {
    this.repo = repo;
    this.trees = new RepoTree(repo);
    this.tar = tar;
  }

  /** Writes the tar; {@code out} stays open. */
  static void write(RepoReader repo, Checksum commit, OutputStream out) throws IOException {
    CapsuleTar tar = new CapsuleTar(out);
    new CapsuleLayer(repo, tar).write(commit);
    tar.finish();
  }

  private void write(Checksum checksum) throws IOException {
    folders();
    tar.file(REPO + "/config", CONFIG.getBytes(StandardCharsets.US_ASCII));
    ObjectName name = new ObjectName(ObjectType.COMMIT, checksum);
    Commit commit = trees.commit(checksum);
    metadata(name, trees.required(name));
    ObjectName detached = new ObjectName(ObjectType.COMMITMETA, checksum);
    byte[] found = repo.metadata(detached).orElse(null);
    if (found != null) {
      metadata(detached, found);
    }
    Set<ObjectName> objects = trees.objects(commit);
    for (ObjectName object : objects) {
      if (object.type() != ObjectType.FILE) {
        metadata(object, trees.required(object));
      }
    }
    folder("", commit.tree());
    if (!hasVarTmp) {
      tar.folder(VAR_TMP, 0, 0, STICKY);
    }
  }

  private void folders() throws IOException {
    for (String path : List.of("sysroot", OSTREE, REPO, REPO + "/objects")) {
      tar.folder(path, 0, 0, DEFAULT_FOLDER);
    }
    for (int i = 0; i < FAN_OUT; i++) {
      tar.folder("%s/objects/%02x".formatted(REPO, i), 0, 0, DEFAULT_FOLDER);
    }
    for (String path : FOLDERS) {
      tar.folder(REPO + "/" + path, 0, 0, DEFAULT_FOLDER);
    }
  }

  private void metadata(ObjectName name, byte[] object) throws IOException {
    tar.file(REPO + "/" + name.path(false), object);
  }

  // As deep as the tree, whose paths every file system bounds.
  private void folder(String path, Checksum tree) throws IOException {
    DirTree folder = trees.folder(tree);
    for (DirTree.FileEntry file : folder.files()) {
      file(child(path, file.name()), file.object());
    }
    for (DirTree.FolderEntry below : folder.folders()) {
      String name = child(path, below.name());
      if (name.equals("sysroot")) {
        // The layer has its own, and nothing else may be in a deployment's.
        continue;
      }
      hasVarTmp |= name.equals(VAR_TMP);
      DirMeta meta = trees.meta(below.meta());
      tar.folder(shown(name), meta.uid(), meta.gid(), meta.mode() & PERMISSIONS);
      folder(name, below.tree());
    }
  }

  private static String child(String path, byte[] name) {
    String text = new String(name, StandardCharsets.UTF_8);
    return path.isEmpty() ? text : path + "/" + text;
  }

  /** A container has its settings in {@code /etc}, a commit in {@code /usr/etc}. */
  private static String shown(String path) {
    return path.equals(ETC) || path.startsWith(ETC + "/") ? path.substring("usr/".length()) : path;
  }

  private void file(String path, Checksum object) throws IOException {
    String target = REPO + "/" + new ObjectName(ObjectType.FILE, object).path(false);
    FileKind kind = written.get(object);
    if (kind == null) {
      kind = object(target, object);
      written.put(object, kind);
    }
    if (kind.empty()) {
      tar.file(shown(path), kind.uid(), kind.gid(), kind.permissions(), 0, null);
    } else {
      tar.link(shown(path), target, kind.uid(), kind.gid(), kind.permissions());
    }
  }

  private FileKind object(String path, Checksum object) throws IOException {
    try (FileObject file = repo.file(object)) {
      ContentHeader header = file.header();
      tar.file(path + "-xattrs-link", FileMeta.encodeXattrs(header));
      tar.xattrs(header.xattrs());
      int permissions = header.mode() & PERMISSIONS;
      if (header.isRegular()) {
        tar.file(path, header.uid(), header.gid(), permissions, file.size(), file.content());
      } else {
        tar.special(
            path,
            TarConstants.LF_SYMLINK,
            new String(header.symlinkTarget(), StandardCharsets.UTF_8),
            header.uid(),
            header.gid(),
            permissions);
      }
      boolean empty = header.isRegular() && file.size() == 0;
      return new FileKind(header.uid(), header.gid(), permissions, empty);
    }
  }
}
