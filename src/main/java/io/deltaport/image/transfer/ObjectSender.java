package io.deltaport.image.transfer;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.deltaport.image.RegistryException;
import io.deltaport.image.StoredTrees;
import io.deltaport.meta.Database;
import io.deltaport.meta.OstreeImports;
import io.deltaport.meta.OstreeImports.StoredCommit;
import io.deltaport.meta.Repositories;
import io.deltaport.meta.StoredObjects;
import io.deltaport.oci.ErrorCode;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Commit;
import io.deltaport.ostree.ObjectName;
import io.deltaport.ostree.ObjectType;
import io.deltaport.ostree.stream.ObjectStreamWriter;
import io.deltaport.store.ObjectLocation;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.pack.MemoryObjectIndex;
import io.deltaport.store.pack.PackedObjects;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Gives commits and their objects to whoever may read the repository. Thread-safe. */
@ApplicationScoped
public class ObjectSender {
  /** Names that are remembered of trees lately asked for: about 30 MB. */
  private static final long NAMES_KEPT = 300_000;

  /** The requests of one export come faster than that. */
  private static final Duration KEPT = Duration.ofMinutes(2);

  private final Driver driver;
  private final Database database;
  private final Repositories repositories;
  private final OstreeImports imports;
  private final StoredObjects stored;
  private final StoredTrees trees;
  private final Cache<Checksum, Set<ObjectName>> names =
      Caffeine.newBuilder()
          .maximumWeight(NAMES_KEPT)
          .<Checksum, Set<ObjectName>>weigher((commit, all) -> all.size())
          .expireAfterAccess(KEPT)
          .build();

  ObjectSender(
      Driver driver,
      Database database,
      Repositories repositories,
      OstreeImports imports,
      StoredObjects stored,
      StoredTrees trees) {
    this.driver = driver;
    this.database = database;
    this.repositories = repositories;
    this.imports = imports;
    this.stored = stored;
    this.trees = trees;
  }

  /** Writes what {@link #commit} or {@link #objects} found. */
  @FunctionalInterface
  public interface Answer {
    /** Writes the stream; what fails in the middle leaves it cut. */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Returns the stream of a commit and its detached metadata, if there are some.
   *
   * @throws RegistryException with MANIFEST_UNKNOWN if the repository does not have it
   */
  public Answer commit(String repository, Checksum checksum) {
    StoredCommit commit = find(repository, checksum);
    return out -> {
      try (ObjectStreamWriter writer = new ObjectStreamWriter(out)) {
        writer.add(new ObjectName(ObjectType.COMMIT, checksum), commit.content());
        if (commit.detached() != null) {
          writer.add(new ObjectName(ObjectType.COMMITMETA, checksum), commit.detached());
        }
        writer.finish();
      }
    };
  }

  /**
   * Returns the stream of some objects of a commit's tree.
   *
   * @throws RegistryException with MANIFEST_UNKNOWN if the repository does not have the commit, or
   *     BLOB_UNKNOWN if one of the objects is not in its tree
   */
  public Answer objects(String repository, Checksum checksum, List<ObjectName> wanted)
      throws IOException {
    StoredCommit commit = find(repository, checksum);
    Set<ObjectName> all = names.getIfPresent(checksum);
    if (all == null) {
      Commit root = Commit.decode(commit.content());
      Set<ObjectName> found = new HashSet<>();
      trees.walk(root.tree(), root.meta(), found::addAll);
      all = found;
      names.put(checksum, all);
    }
    for (ObjectName name : wanted) {
      if (!all.contains(name)) {
        throw new RegistryException(
            ErrorCode.BLOB_UNKNOWN, "the commit " + checksum + " has no object " + name);
      }
    }
    List<Checksum> checksums = wanted.stream().map(ObjectName::checksum).toList();
    MemoryObjectIndex index = new MemoryObjectIndex();
    index.addFrom(stored, checksums);
    return out -> write(out, wanted, index);
  }

  private void write(OutputStream out, List<ObjectName> wanted, MemoryObjectIndex index)
      throws IOException {
    PackedObjects objects = PackedObjects.verifying(driver, index);
    try (ObjectStreamWriter writer = new ObjectStreamWriter(out)) {
      for (ObjectName name : wanted) {
        Map<Checksum, ObjectLocation> place = index.find(List.of(name.checksum()));
        try (InputStream in = objects.open(name.checksum())) {
          writer.add(name, new byte[0], in, place.get(name.checksum()).length());
        }
      }
      writer.finish();
    }
  }

  private StoredCommit find(String repository, Checksum checksum) {
    Long id = database.transact(session -> repositories.find(session, repository));
    StoredCommit commit =
        id == null ? null : database.transact(session -> imports.find(session, id, checksum));
    if (commit == null) {
      throw new RegistryException(
          ErrorCode.MANIFEST_UNKNOWN,
          "the repository " + repository + " has no commit " + checksum);
    }
    return commit;
  }
}
