package io.deltaport.image;

import io.deltaport.image.refs.CommitPublisher;
import io.deltaport.job.PassingFailure;
import io.deltaport.meta.Database;
import io.deltaport.meta.FormerImages;
import io.deltaport.meta.ImageTrees.Tree;
import io.deltaport.meta.ManifestEntity;
import io.deltaport.util.Progress;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jboss.logging.Logger;

/**
 * Makes the commits of images whose place another one took before they were absorbed, so that the
 * new image's commit follows them. Thread-safe.
 */
@ApplicationScoped
class FormerCommits {
  private static final Logger LOG = Logger.getLogger(FormerCommits.class);

  private final Database database;
  private final FormerImages formers;
  private final ManifestStore manifests;
  private final ImageAbsorption images;
  private final CommitPublisher commits;

  FormerCommits(
      Database database,
      FormerImages formers,
      ManifestStore manifests,
      ImageAbsorption images,
      CommitPublisher commits) {
    this.database = database;
    this.formers = formers;
    this.manifests = manifests;
    this.images = images;
    this.commits = commits;
  }

  /**
   * Takes in the images before an image that still have no commit, the oldest first, and makes
   * their commits. One that another job takes in is waited for: files that both have are stored
   * once.
   */
  void make(String repository, ManifestEntity image, Progress progress) throws IOException {
    for (String digest : database.transact(session -> formers.missing(session, image.id))) {
      Optional<ManifestEntity> former = manifests.tryGet(repository, digest);
      if (former.isPresent()) {
        make(former.get(), image, progress);
      }
    }
  }

  /** Says whether the commit of a released image has to wait for those of images before it. */
  boolean areMissing(ManifestEntity image) {
    return !database.transact(session -> formers.missing(session, image.id)).isEmpty();
  }

  /** An image that cannot be read must not keep the one after it from its devices. */
  private void make(ManifestEntity former, ManifestEntity image, Progress progress)
      throws IOException {
    try {
      Tree tree = images.absorb(former, progress);
      if (tree.commit() != null) {
        commits.make(former, tree);
      }
    } catch (IOException | RuntimeException e) {
      if (e instanceof CancellationException || PassingFailure.isBehind(e)) {
        throw e;
      }
      LOG.warnf(e, "Image %s cannot follow %s, which has no commit", image.digest, former.digest);
    }
  }
}
