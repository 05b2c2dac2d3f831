package io.deltaport.image.transfer;

import io.deltaport.image.RegistryException;
import io.deltaport.image.StoredTrees;
import io.deltaport.meta.Database;
import io.deltaport.meta.OstreeImports;
import io.deltaport.meta.OstreeImports.StoredCommit;
import io.deltaport.meta.Repositories;
import io.deltaport.oci.ErrorCode;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Commit;
import io.deltaport.ostree.DetachedMetadata;
import io.deltaport.ostree.ObjectName;
import io.deltaport.ostree.ObjectType;
import io.deltaport.ostree.OstreeFormatException;
import io.deltaport.ostree.stream.ObjectStreamReader;
import io.deltaport.ostree.stream.ObjectStreamReader.Entry;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Receives commits whose objects were sent before. Thread-safe.
 *
 * <p>Each object of the tree must have been sent to the repository, or be in the tree of the
 * parent, when the repository has that: knowing the checksum of somebody else's object does not
 * give it to anyone.
 */
@ApplicationScoped
public class CommitReceiver {
  private final Database database;
  private final Repositories repositories;
  private final OstreeImports imports;
  private final HeldObjects held;
  private final StoredTrees trees;
  private final TransferLimits limits;

  CommitReceiver(
      Database database,
      Repositories repositories,
      OstreeImports imports,
      HeldObjects held,
      StoredTrees trees,
      TransferLimits limits) {
    this.database = database;
    this.repositories = repositories;
    this.imports = imports;
    this.held = held;
    this.trees = trees;
    this.limits = limits;
  }

  /** A commit and what came with it, or null. */
  private record Received(byte[] object, Commit commit, byte[] detached) {}

  /**
   * Takes a stream with a commit and perhaps its detached metadata.
   *
   * @return the commit
   * @throws RegistryException if it is malformed, or an object of its tree was not sent
   */
  public Checksum receive(String repository, InputStream body) throws IOException {
    Received received = limits.inTurn(() -> read(body));
    Checksum name = Checksum.of(received.object());
    long id = database.transact(session -> repositories.findOrCreate(session, repository));
    if (received.detached() != null
        && database.transact(session -> imports.sign(session, id, name, received.detached()))) {
      // The tree was proved when the commit came; signatures may be added to it ever since.
      return name;
    }
    check(id, name, received.commit());
    database.transact(
        session ->
            imports.record(session, id, received.object(), received.commit(), received.detached()));
    return name;
  }

  private static Received read(InputStream body) throws IOException {
    try (ObjectStreamReader in =
        new ObjectStreamReader(new ClientStream(body), 2, 2L * TransferLimits.METADATA_BYTES_MAX)) {
      return read(in);
    } catch (OstreeFormatException e) {
      throw ObjectReceiver.malformed(e);
    }
  }

  private static Received read(ObjectStreamReader in) throws IOException {
    Entry entry = in.next();
    if (entry == null || entry.name().type() != ObjectType.COMMIT) {
      throw new OstreeFormatException("the stream does not begin with a commit");
    }
    Checksum name = entry.name().checksum();
    byte[] object = ObjectReceiver.whole(entry);
    if (!Checksum.of(object).equals(name)) {
      throw new RegistryException(
          ErrorCode.DIGEST_INVALID,
          "the object " + entry.name() + " is damaged: its checksum differs");
    }
    Commit commit;
    byte[] detached = null;
    try {
      commit = Commit.decode(object);
      entry = in.next();
      if (entry != null) {
        detached = detached(entry, name);
      }
    } catch (OstreeFormatException e) {
      throw new OstreeFormatException("the commit " + name + " is malformed: " + e.getMessage());
    }
    if (in.next() != null) {
      throw new OstreeFormatException("something follows the commit " + name);
    }
    return new Received(object, commit, detached);
  }

  private static byte[] detached(Entry entry, Checksum commit) throws IOException {
    if (!entry.name().equals(new ObjectName(ObjectType.COMMITMETA, commit))) {
      throw new OstreeFormatException("only its own detached metadata may follow it");
    }
    byte[] detached = ObjectReceiver.whole(entry);
    DetachedMetadata.decode(detached);
    return detached;
  }

  private void check(long repositoryId, Checksum name, Commit commit) throws IOException {
    Set<ObjectName> ofParent = new HashSet<>();
    boolean[] asked = new boolean[1];
    trees.walk(
        commit.tree(),
        commit.meta(),
        names -> {
          Set<ObjectName> open = new HashSet<>(names);
          open.removeAll(ofParent);
          open.removeAll(held.sent(repositoryId, open));
          if (!open.isEmpty() && !asked[0]) {
            asked[0] = true;
            ofParent.addAll(ofParent(repositoryId, commit));
            open.removeAll(ofParent);
          }
          refuse(name, open);
          refuse(name, held.lost(names));
        });
  }

  private Set<ObjectName> ofParent(long repositoryId, Commit commit) throws IOException {
    Set<ObjectName> all = new HashSet<>();
    if (commit.parent().isEmpty()) {
      return all;
    }
    StoredCommit parent =
        database.transact(session -> imports.find(session, repositoryId, commit.parent().get()));
    if (parent != null && parent.whole()) {
      Commit root = Commit.decode(parent.content());
      trees.walk(root.tree(), root.meta(), all::addAll);
    }
    return all;
  }

  private static void refuse(Checksum commit, java.util.Collection<ObjectName> missing) {
    if (!missing.isEmpty()) {
      List<String> some = missing.stream().map(ObjectName::toString).sorted().limit(3).toList();
      throw new RegistryException(
          ErrorCode.MANIFEST_BLOB_UNKNOWN,
          "the commit "
              + commit
              + " needs objects that were not sent: "
              + String.join(", ", some)
              + (missing.size() > some.size() ? " and more" : ""));
    }
  }
}
