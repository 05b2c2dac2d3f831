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
import io.deltaport.ostree.DeltaName;
import io.deltaport.ostree.Summary;
import io.deltaport.ostree.VariantDict;
import io.deltaport.store.ObjectKind;
import io.deltaport.util.Hex;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The files of repositories as OSTree archives; what is not there is empty, whatever the reason.
 * Thread-safe; blocks.
 */
@ApplicationScoped
public class Archives {
  private final Remotes remotes;
  private final ReachableObjects reachable;
  private final ArchiveObjects objects;
  private final Database database;
  private final OstreeRemotes rows;
  private final BlobStore blobs;
  private final PullRecords pulls;

  Archives(
      Remotes remotes,
      ReachableObjects reachable,
      ArchiveObjects objects,
      Database database,
      OstreeRemotes rows,
      BlobStore blobs,
      PullRecords pulls) {
    this.remotes = remotes;
    this.reachable = reachable;
    this.objects = objects;
    this.database = database;
    this.rows = rows;
    this.blobs = blobs;
    this.pulls = pulls;
  }

  /** Returns the file {@code config}. */
  public Optional<RemoteFile> config(String repository) {
    return remotes.find(repository).map(remote -> RemoteConfig.file());
  }

  /** Returns the file {@code summary}. */
  public Optional<RemoteFile> summary(String repository) {
    return remotes.find(repository).map(RemoteState::summary);
  }

  /** Returns the file of a ref below {@code refs/heads/}. */
  public Optional<RemoteFile> ref(String repository, String name) {
    return remotes
        .find(repository)
        .map(remote -> remote.refs().get(name))
        .map(commit -> SummaryWriter.tagged(bytes(commit.hex() + "\n")));
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
        .flatMap(remote -> content(remote, checksum))
        .map(CommitContent::detached)
        .map(SummaryWriter::tagged);
  }

  /** Returns a file of a static delta: number 0 is its superblock, n + 1 its part n. */
  public Optional<RemoteFile> deltaFile(String repository, DeltaName delta, int number)
      throws IOException {
    Optional<RemoteState> remote = remotes.find(repository);
    List<DeltaFile> files = remote.map(each -> each.deltas().get(delta)).orElse(null);
    if (files == null || number >= files.size()) {
      return Optional.empty();
    }
    if (number == 0) {
      pulled(remote.get(), delta.to());
    }
    Digest digest = Digest.parse(files.get(number).digest());
    return Optional.of(
        new RemoteFile.Stored(
            digest.toString(), blobs.file(digest), files.get(number).sizeBytes()));
  }

  /** Returns the list of the static deltas that lead to a commit. */
  public Optional<RemoteFile> deltaIndex(String repository, Checksum target) {
    Map<String, byte[]> superblocks = new TreeMap<>();
    remotes
        .find(repository)
        .ifPresent(
            remote ->
                remote
                    .deltas()
                    .forEach(
                        (name, files) -> {
                          if (name.to().equals(target)) {
                            superblocks.put(name.hex(), digest(files.getFirst()));
                          }
                        }));
    return superblocks.isEmpty()
        ? Optional.empty()
        : Optional.of(
            SummaryWriter.tagged(
                VariantDict.encode(Map.of(Summary.STATIC_DELTAS, Summary.deltas(superblocks)))));
  }

  private static byte[] digest(DeltaFile file) {
    return Hex.decode(Digest.parse(file.digest()).hex());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
