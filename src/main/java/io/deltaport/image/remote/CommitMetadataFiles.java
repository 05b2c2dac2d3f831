package io.deltaport.image.remote;

import io.deltaport.image.keys.Signatures;
import io.deltaport.meta.Database;
import io.deltaport.meta.OstreeRemotes;
import io.deltaport.meta.OstreeRemotes.CommitContent;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.OstreeFormatException;
import io.deltaport.ostree.SignedMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** The files {@code commitmeta}: what came with a commit, and our own signatures. Thread-safe. */
@ApplicationScoped
public class CommitMetadataFiles {
  private final Signatures signatures;
  private final Database database;
  private final OstreeRemotes remotes;

  CommitMetadataFiles(Signatures signatures, Database database, OstreeRemotes remotes) {
    this.signatures = signatures;
    this.database = database;
    this.remotes = remotes;
  }

  /** Returns the detached metadata of a commit; empty when it has none, or is not there. */
  public Optional<byte[]> of(long repositoryId, Checksum checksum) {
    CommitContent commit =
        database.transact(session -> remotes.commit(session, repositoryId, checksum));
    if (commit == null) {
      return Optional.empty();
    }
    String generation = signatures.generation(repositoryId);
    return generation.isEmpty()
        ? Optional.ofNullable(commit.detached())
        : signed(repositoryId, commit, generation);
  }

  private Optional<byte[]> signed(long repositoryId, CommitContent commit, String generation) {
    byte[] known = database.transact(session -> remotes.signed(session, commit.id(), generation));
    if (known != null) {
      return Optional.of(known);
    }
    byte[] made;
    try {
      made =
          SignedMetadata.with(commit.detached(), signatures.sign(repositoryId, commit.content()));
    } catch (OstreeFormatException e) {
      throw new IllegalStateException("the detached metadata of a stored commit are broken", e);
    }
    return Optional.ofNullable(
        database.transact(session -> remotes.keepSigned(session, commit.id(), generation, made)));
  }
}
