package io.deltaport.image.remote;

import io.deltaport.image.BlobStore;
import io.deltaport.image.gc.PullRecords;
import io.deltaport.meta.Database;
import io.deltaport.meta.OstreeRemotes;
import io.deltaport.meta.OstreeRemotes.Commit;
import io.deltaport.meta.OstreeRemotes.CommitContent;
import io.deltaport.meta.OstreeRemotes.DeltaFile;
import io.deltaport.oci.Digest;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.staticdelta.DeltaIndex;
import io.deltaport.ostree.staticdelta.DeltaName;
import io.deltaport.store.ObjectKind;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The files of repositories as OSTree archives; what is not there is empty, whatever the reason.
 * Thread-safe; blocks, but for {@link #ready}.
 */
@ApplicationScoped
public class Archives {
  private final Remotes remotes;
  private final ReachableObjects reachable;
  private final ArchiveObjects objects;
  private final ArchiveCache cache;
  private final Database database;
  private final OstreeRemotes rows;
  private final BlobStore blobs;
  private final PullRecords pulls;
  private final Publications publications;
  private final CommitMetadataFiles metadata;
  private final Superblocks superblocks;
  private final WarmUp warmUp;
  private final RecentSummaries recent;

  Archives(
      Remotes remotes,
      ReachableObjects reachable,
      ArchiveObjects objects,
      ArchiveCache cache,
      Database database,
      OstreeRemotes rows,
      BlobStore blobs,
      PullRecords pulls,
      Publications publications,
      CommitMetadataFiles metadata,
      Superblocks superblocks,
      WarmUp warmUp,
      RecentSummaries recent) {
    this.remotes = remotes;
    this.reachable = reachable;
    this.objects = objects;
    this.cache = cache;
    this.database = database;
    this.rows = rows;
    this.blobs = blobs;
    this.pulls = pulls;
    this.publications = publications;
    this.metadata = metadata;
    this.superblocks = superblocks;
    this.warmUp = warmUp;
    this.recent = recent;
  }

  /** Returns the file {@code config}. */
  public Optional<RemoteFile> config(String repository) {
    return remotes.find(repository).map(remote -> RemoteConfig.file(remote.collection()));
  }

  /** Returns the file {@code summary}. */
  public Optional<RemoteFile> summary(String repository) {
    return published(repository).map(RemoteState::summary);
  }

  /**
   * Returns the file {@code summary.sig}, for which {@link #summary} has the very summary that it
   * signs for a while.
   */
  public Optional<RemoteFile> summarySignature(String repository) {
    return signing(repository).flatMap(RemoteState::signature).map(RemoteFile.class::cast);
  }

  /** Returns the file {@code summary.idx}, which tells of partial summaries. */
  public Optional<RemoteFile> summaryIndex(String repository) {
    return published(repository).map(remote -> remote.index().file());
  }

  /** As {@link #summarySignature}, for {@link #summaryIndex}. */
  public Optional<RemoteFile> summaryIndexSignature(String repository) {
    return signing(repository)
        .flatMap(remote -> remote.index().signature())
        .map(RemoteFile.class::cast);
  }

  private Optional<RemoteState> signing(String repository) {
    return remotes
        .find(repository)
        .filter(latest -> latest.signature().isPresent())
        .map(publications::signing);
  }

  /**
   * Returns a file of the folder {@code summaries}: one that the index names, or did a while ago.
   */
  public Optional<RemoteFile> summaryFile(String repository, String name) {
    return published(repository)
        .flatMap(
            remote ->
                Optional.ofNullable(remote.index().files().get(name))
                    .or(() -> recent.find(repository, name)))
        .map(RemoteFile.class::cast);
  }

  private Optional<RemoteState> published(String repository) {
    return publications
        .reliedOn(repository)
        .or(() -> remotes.find(repository).map(publications::published));
  }

  /** Returns the file of a ref below {@code refs/heads/}. */
  public Optional<RemoteFile> ref(String repository, String name) {
    return published(repository)
        .map(remote -> remote.refs().get(name))
        .map(commit -> SummaryWriter.tagged(bytes(commit.hex() + "\n")));
  }

  /** Returns the file of a ref below {@code refs/mirrors/<collection>/}. */
  public Optional<RemoteFile> collectionRef(String repository, String collection, String name) {
    return published(repository)
        .filter(remote -> remote.collection().filter(collection::equals).isPresent())
        .flatMap(remote -> ref(repository, name));
  }

  /**
   * As {@link #object}, when all that it takes is in memory; empty otherwise. Never blocks. The
   * file may have gone meanwhile.
   */
  public Optional<RemoteFile> ready(String repository, RemoteObject object) {
    RemoteState remote = remotes.known(repository);
    return remote != null && reachable.knows(remote, object)
        ? cache.ready(object).map(RemoteFile.class::cast)
        : Optional.empty();
  }

  /** Returns the file of an object that a commit of the repository leads to. */
  public Optional<RemoteFile> object(String repository, RemoteObject object) throws IOException {
    Optional<RemoteState> remote = remotes.find(repository);
    if (remote.isEmpty()) {
      return Optional.empty();
    }
    if (object.kind() == ObjectKind.COMMIT) {
      return commit(remote.get(), object.checksum());
    }
    return reachable.contains(remote.get(), object) ? objects.file(object) : Optional.empty();
  }

  private Optional<RemoteFile> commit(RemoteState remote, Checksum checksum) {
    return content(remote, checksum)
        .map(
            content -> {
              pulled(remote, checksum);
              warmUp.pulled(remote, checksum);
              return new RemoteFile.Bytes(checksum.hex() + ".commit", content.content());
            });
  }

  private Optional<CommitContent> content(RemoteState remote, Checksum checksum) {
    return remote.commits().containsKey(checksum)
        ? Optional.ofNullable(
            database.transact(session -> rows.commit(session, remote.repositoryId(), checksum)))
        : Optional.empty();
  }

  private void pulled(RemoteState remote, Checksum checksum) {
    Commit commit = remote.commits().get(checksum);
    if (commit != null && commit.manifestDigest() != null) {
      pulls.pulled(remote.repository(), commit.manifestDigest());
    }
  }

  /** Returns the detached metadata of a commit. */
  public Optional<RemoteFile> commitMeta(String repository, Checksum checksum) {
    return remotes
        .find(repository)
        .filter(remote -> remote.commits().containsKey(checksum))
        .flatMap(remote -> metadata.of(remote.repositoryId(), checksum))
        .map(SummaryWriter::tagged);
  }

  /** Returns a file of a static delta: number 0 is its superblock, n + 1 its part n. */
  public Optional<RemoteFile> deltaFile(String repository, DeltaName delta, int number)
      throws IOException {
    Optional<RemoteState> remote = published(repository);
    RemoteState.Delta found = remote.map(each -> each.deltas().get(delta)).orElse(null);
    if (found == null || number >= found.files().size()) {
      return Optional.empty();
    }
    DeltaFile file = found.files().get(number);
    if (number == 0) {
      pulled(remote.get(), delta.to());
      return Optional.of(superblocks.file(remote.get().repositoryId(), delta, file));
    }
    Digest digest = Digest.parse(file.digest());
    return blobs.length(digest) == file.sizeBytes()
        ? Optional.of(
            new RemoteFile.Stored(digest.toString(), blobs.file(digest), file.sizeBytes()))
        : Optional.empty();
  }

  /** Returns the list of the static deltas that lead to a commit. */
  public Optional<RemoteFile> deltaIndex(String repository, Checksum target) {
    Map<DeltaName, Checksum> leading =
        published(repository)
            .map(remote -> SummaryWriter.superblocks(remote.deltas()))
            .orElseGet(HashMap::new);
    leading.keySet().removeIf(name -> !name.to().equals(target));
    return leading.isEmpty()
        ? Optional.empty()
        : Optional.of(SummaryWriter.tagged(DeltaIndex.encode(leading)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
