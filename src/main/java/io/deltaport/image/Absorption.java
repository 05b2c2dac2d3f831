package io.deltaport.image;

import io.deltaport.image.cold.CompactionRequests;
import io.deltaport.image.refs.CommitPublisher;
import io.deltaport.image.refs.RefFollower;
import io.deltaport.job.JobCancelledException;
import io.deltaport.job.JobEntity;
import io.deltaport.job.JobHandler;
import io.deltaport.job.JobKind;
import io.deltaport.meta.ImageTrees.Tree;
import io.deltaport.meta.ManifestEntity;
import io.deltaport.oci.Descriptor;
import io.deltaport.oci.Manifest;
import io.deltaport.util.Progress;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;

/**
 * Takes images into the object store and offers them to OSTree clients. Thread-safe.
 *
 * <p>What a tag makes of an image, such as its commit's parent, is known only when a tag leads to
 * it. Images that the tag led to before have their commits first.
 */
@ApplicationScoped
class Absorption implements JobHandler {
  private final ManifestStore manifests;
  private final ImageAbsorption images;
  private final FormerCommits formers;
  private final CommitPublisher commits;
  private final RefFollower refs;
  private final CompactionRequests compactions;

  Absorption(
      ManifestStore manifests,
      ImageAbsorption images,
      FormerCommits formers,
      CommitPublisher commits,
      RefFollower refs,
      CompactionRequests compactions) {
    this.manifests = manifests;
    this.images = images;
    this.formers = formers;
    this.commits = commits;
    this.refs = refs;
    this.compactions = compactions;
  }

  @Override
  public JobKind kind() {
    return JobKind.ABSORB;
  }

  @Override
  public String run(JobEntity job, Progress progress) throws Exception {
    ManifestEntity manifest =
        manifests
            .tryGet(job.repository, job.target)
            .orElseThrow(() -> new JobCancelledException("the image was deleted"));
    if (!manifest.image) {
      makeCommits(job.repository, manifest, progress);
      refs.follow(manifest.repositoryId);
      return null;
    }
    formers.make(job.repository, manifest, progress);
    Tree tree = images.absorb(manifest, progress);
    if (tree.commit() == null) {
      return null;
    }
    compactions.ask(job.repository, manifest.digest);
    if (commits.isReleased(manifest)) {
      // A tag may have moved here meanwhile.
      formers.make(job.repository, manifest, progress);
      commits.publish(manifest, tree);
    }
    return tree.commit().hex();
  }

  /** The images of an index are absorbed by themselves, perhaps before a tag led to them. */
  private void makeCommits(String repository, ManifestEntity index, Progress progress)
      throws IOException {
    Manifest manifest =
        StoredManifest.parse(index.content, index.mediaType, "index " + index.digest);
    for (Descriptor entry : manifest.manifests()) {
      ManifestEntity image =
          manifests.tryGet(repository, entry.digest()).filter(each -> each.image).orElse(null);
      Tree tree = image == null ? null : images.find(image);
      if (tree != null && tree.commit() != null && commits.isReleased(image)) {
        formers.make(repository, image, progress);
        commits.make(image, tree);
      }
    }
  }
}
