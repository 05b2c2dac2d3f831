package io.deltaport.image;

import io.deltaport.image.refs.CommitPublisher;
import io.deltaport.job.JobEntity;
import io.deltaport.meta.Database;
import io.deltaport.meta.DeltaCommits;
import io.deltaport.meta.DeltaCommits.Stored;
import io.deltaport.meta.ImageTrees;
import io.deltaport.meta.ImageTrees.Tree;
import io.deltaport.meta.ManifestEntity;
import io.deltaport.oci.Digest;
import io.deltaport.oci.ErrorCode;
import io.deltaport.oci.Tag;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds the commits that people name. Thread-safe. */
@ApplicationScoped
class CommitReferences {
  private static final Pattern CHECKSUM = Pattern.compile("[0-9a-f]{64}");

  /** Anything else is no ref: OSTree's own rule is no wider, and its refs are files. */
  private static final Pattern REF = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._/-]{0,254}");

  private final Database database;
  private final ManifestStore manifests;
  private final DeltaCommits commits;
  private final ImageTrees trees;
  private final CommitPublisher publisher;
  private final FormerCommits formers;
  private final DeltaQueue queue;

  CommitReferences(
      Database database,
      ManifestStore manifests,
      DeltaCommits commits,
      ImageTrees trees,
      CommitPublisher publisher,
      FormerCommits formers,
      DeltaQueue queue) {
    this.database = database;
    this.manifests = manifests;
    this.commits = commits;
    this.trees = trees;
    this.publisher = publisher;
    this.formers = formers;
    this.queue = queue;
  }

  /**
   * What is behind a name.
   *
   * @param commit null while it is being made
   * @param job makes the commit; null when it is there
   */
  record Found(Stored commit, JobEntity job) {}

  /**
   * Returns the commit.
   *
   * @param reference tag or digest of an image, name of a ref, or checksum of a commit
   * @throws RegistryException with MANIFEST_UNKNOWN, or when the image can have no commit
   */
  Found find(String repository, String reference) throws IOException {
    Optional<ManifestEntity> image = image(repository, reference);
    return image.isPresent()
        ? ofImage(repository, image.get())
        : new Found(named(repository, reference), null);
  }

  /**
   * Returns the commit if it is there, and makes nothing.
   *
   * @param reference tag or digest of an image, name of a ref, or checksum of a commit
   * @return empty for an image whose commit is not made yet
   * @throws RegistryException with MANIFEST_UNKNOWN
   */
  Optional<Stored> findMade(String repository, String reference) throws IOException {
    Optional<ManifestEntity> image = image(repository, reference);
    return image.isPresent()
        ? Optional.ofNullable(commitOf(repository, image.get()))
        : Optional.of(named(repository, reference));
  }

  /** Returns the image of this name, empty when it can only be that of a commit. */
  private Optional<ManifestEntity> image(String repository, String reference) throws IOException {
    if (CHECKSUM.matcher(reference).matches()
        || !(Tag.isValid(reference) || Digest.tryParse(reference).isPresent())) {
      return Optional.empty();
    }
    Optional<ManifestEntity> manifest = manifests.tryGet(repository, reference);
    if (manifest.isPresent() && !manifest.get().image) {
      throw unsupported(
          reference + " is no image; of an index name the ref of one platform, such as TAG/amd64");
    }
    return manifest;
  }

  private Stored named(String repository, String reference) {
    Stored commit = null;
    if (CHECKSUM.matcher(reference).matches()) {
      commit = database.transact(session -> commits.find(session, repository, reference));
    } else if (REF.matcher(reference).matches()) {
      commit = database.transact(session -> commits.atRef(session, repository, reference));
    }
    if (commit == null) {
      throw new RegistryException(
          ErrorCode.MANIFEST_UNKNOWN,
          "repository " + repository + " has no image, ref or commit " + reference);
    }
    return commit;
  }

  private Found ofImage(String repository, ManifestEntity image) throws IOException {
    Stored commit = commitOf(repository, image);
    if (commit != null) {
      return new Found(commit, null);
    }
    Tree tree = database.transact(session -> trees.find(session, image.digest));
    if (tree != null && tree.reason() != null) {
      throw unsupported("the image " + image.digest + " has no commit: it " + tree.reason());
    }
    boolean waits = publisher.isReleased(image) && formers.areMissing(image);
    if (tree != null && tree.commit() != null && !waits) {
      // No tag led to it so far, and nobody asked.
      publisher.publish(image, tree);
      return new Found(commitOf(repository, image), null);
    }
    return new Found(null, queue.absorb(repository, image.digest));
  }

  private Stored commitOf(String repository, ManifestEntity image) {
    return database.transact(session -> commits.ofImage(session, repository, image.digest));
  }

  private static RegistryException unsupported(String message) {
    return new RegistryException(ErrorCode.UNSUPPORTED, 400, message);
  }
}
