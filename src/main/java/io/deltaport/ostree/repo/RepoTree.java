package io.deltaport.ostree.repo;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Commit;
import io.deltaport.ostree.DirMeta;
import io.deltaport.ostree.DirTree;
import io.deltaport.ostree.ObjectName;
import io.deltaport.ostree.ObjectType;
import io.deltaport.ostree.OstreeFormatException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;

/** Reads the commits and trees of a repository. Thread-safe. */
public final class RepoTree {
  private final RepoReader repo;

  public RepoTree(RepoReader repo) {
    this.repo = repo;
  }

  /**
   * Reads a commit.
   *
   * @throws OstreeFormatException if it is missing or malformed; the message names it
   */
  public Commit commit(Checksum checksum) throws IOException {
    ObjectName name = new ObjectName(ObjectType.COMMIT, checksum);
    return named(name, () -> Commit.decode(required(name)));
  }

  /** Reads a dirtree. */
  public DirTree folder(Checksum checksum) throws IOException {
    ObjectName name = new ObjectName(ObjectType.DIRTREE, checksum);
    return named(name, () -> DirTree.decode(required(name)));
  }

  /** Reads a dirmeta. */
  public DirMeta meta(Checksum checksum) throws IOException {
    ObjectName name = new ObjectName(ObjectType.DIRMETA, checksum);
    return named(name, () -> DirMeta.decode(required(name)));
  }

  /**
   * Names all objects of a commit's tree, each once; the dirtrees are read, the rest need not be
   * there.
   */
  public Set<ObjectName> objects(Commit commit) throws IOException {
    Set<ObjectName> all = new LinkedHashSet<>();
    Deque<Checksum> open = new ArrayDeque<>();
    all.add(new ObjectName(ObjectType.DIRMETA, commit.meta()));
    all.add(new ObjectName(ObjectType.DIRTREE, commit.tree()));
    open.add(commit.tree());
    while (!open.isEmpty()) {
      DirTree folder = folder(open.remove());
      folder.files().forEach(file -> all.add(new ObjectName(ObjectType.FILE, file.object())));
      for (DirTree.FolderEntry child : folder.folders()) {
        all.add(new ObjectName(ObjectType.DIRMETA, child.meta()));
        if (all.add(new ObjectName(ObjectType.DIRTREE, child.tree()))) {
          open.add(child.tree());
        }
      }
    }
    return all;
  }

  /** Reads a dirtree, dirmeta or commit that has to be there. */
  public byte[] required(ObjectName name) throws IOException {
    return repo.metadata(name)
        .orElseThrow(() -> new OstreeFormatException("the object " + name + " is missing"));
  }

  private interface Read<T> {
    T now() throws IOException;
  }

  private static <T> T named(ObjectName name, Read<T> read) throws IOException {
    try {
      return read.now();
    } catch (OstreeFormatException e) {
      throw e.getMessage().contains(name.toString())
          ? e
          : new OstreeFormatException("the object " + name + " is malformed: " + e.getMessage());
    }
  }
}
