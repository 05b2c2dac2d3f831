package io.deltaport.image;

import io.deltaport.delta.ocidelta.DeltaImage;
import io.deltaport.image.refs.CommitPublisher;
import io.deltaport.image.refs.RefFollower;
import io.deltaport.job.JobCancelledException;
import io.deltaport.job.JobEntity;
import io.deltaport.job.JobHandler;
import io.deltaport.job.JobKind;
import io.deltaport.layer.FlatTree;
import io.deltaport.layer.NotAbsorbableException;
import io.deltaport.meta.Database;
import io.deltaport.meta.ImageTrees;
import io.deltaport.meta.ImageTrees.Tree;
import io.deltaport.meta.Layers.Layer;
import io.deltaport.meta.ManifestEntity;
import io.deltaport.oci.Descriptor;
import io.deltaport.oci.Manifest;
import io.deltaport.oci.OciFormatException;
import io.deltaport.util.Progress;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import org.jboss.logging.Logger;

/**
 * Takes images into the object store: each layer, then the flattened tree as OSTree objects.
 * Thread-safe. An image that cannot be taken in is still served; the reason is recorded.
 */
@ApplicationScoped
class Absorption implements JobHandler {
  private static final Logger LOG = Logger.getLogger(Absorption.class);

  private final Database database;
  private final ManifestStore manifests;
  private final StoredImage images;
  private final LayerAbsorption layers;
  private final ImageTrees outcomes;
  private final ImageCommits trees;
  private final CommitPublisher commits;
  private final RefFollower refs;

  Absorption(
      Database database,
      ManifestStore manifests,
      StoredImage images,
      LayerAbsorption layers,
      ImageTrees outcomes,
      ImageCommits trees,
      CommitPublisher commits,
      RefFollower refs) {
    this.database = database;
    this.manifests = manifests;
    this.images = images;
    this.layers = layers;
    this.outcomes = outcomes;
    this.trees = trees;
    this.commits = commits;
    this.refs = refs;
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
      makeCommits(job.repository, manifest);
      refs.follow(manifest.repositoryId);
      return null;
    }
    Tree tree = absorb(manifest, progress);
    if (tree.commit() == null) {
      return null;
    }
    // What a tag makes of it, such as its parent, is known only when a tag leads to it.
    if (commits.isTagged(manifest)) {
      commits.publish(manifest, tree);
    }
    return tree.commit().hex();
  }

  /** The images of an index are absorbed by themselves, perhaps before a tag led to them. */
  private void makeCommits(String repository, ManifestEntity index) throws IOException {
    Manifest manifest =
        StoredManifest.parse(index.content, index.mediaType, "index " + index.digest);
    for (Descriptor entry : manifest.manifests()) {
      ManifestEntity image =
          manifests.tryGet(repository, entry.digest()).filter(each -> each.image).orElse(null);
      Tree tree =
          image == null ? null : database.transact(session -> outcomes.find(session, image.digest));
      if (tree != null && tree.commit() != null && commits.isTagged(image)) {
        commits.make(image, tree);
      }
    }
  }

  /** Returns the image's tree, or the reason why it has none, doing the work when it is new. */
  Tree absorb(ManifestEntity manifest, Progress progress) throws IOException {
    Tree known = database.transact(session -> outcomes.find(session, manifest.digest));
    if (known != null) {
      return known;
    }
    Tree tree;
    try {
      tree = commit(images.read(manifest), progress);
    } catch (NotAbsorbableException | OciFormatException e) {
      LOG.infof("Image %s is kept without a tree: it %s", manifest.digest, e.getMessage());
      tree = Tree.opaque(e.getMessage());
    }
    Tree outcome = tree;
    database.transact(session -> outcomes.record(session, manifest.digest, outcome));
    return outcome;
  }

  private Tree commit(DeltaImage image, Progress progress) throws IOException {
    for (int i = 0; i < image.layers().size(); i++) {
      Layer layer = layers.absorb(image.layers().get(i), progress);
      if (!layer.absorbed()) {
        throw new NotAbsorbableException(
            "has the layer " + layer.digest() + ", which " + layer.reason());
      }
      if (!layer.diffId().equals(image.diffId(i).toString())) {
        throw new NotAbsorbableException(
            "has the layer " + layer.digest() + ", whose diff_id is not the one of the config");
      }
    }
    progress.update("flatten", 0, -1);
    return trees.make(image);
  }

  /** Applies the layers of an absorbed image. */
  FlatTree flatten(DeltaImage image) throws IOException {
    return trees.flatten(image);
  }
}
