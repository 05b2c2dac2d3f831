package io.deltaport.image;

import io.deltaport.delta.ocidelta.DeltaImage;
import io.deltaport.job.JobCancelledException;
import io.deltaport.job.JobEntity;
import io.deltaport.job.JobHandler;
import io.deltaport.job.JobKind;
import io.deltaport.layer.CommitDetails;
import io.deltaport.layer.CommittedTree;
import io.deltaport.layer.FlatTree;
import io.deltaport.layer.Flattener;
import io.deltaport.layer.LayerLimits;
import io.deltaport.layer.NotAbsorbableException;
import io.deltaport.layer.TreeCommitter;
import io.deltaport.meta.Database;
import io.deltaport.meta.ImageTrees;
import io.deltaport.meta.ImageTrees.Tree;
import io.deltaport.meta.Layers.Layer;
import io.deltaport.meta.ManifestEntity;
import io.deltaport.meta.StoredObjects;
import io.deltaport.oci.Digest;
import io.deltaport.oci.OciFormatException;
import io.deltaport.ostree.Variant;
import io.deltaport.store.driver.Driver;
import io.deltaport.util.Progress;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/**
 * Takes images into the object store: each layer, then the flattened tree as OSTree objects.
 * Thread-safe. An image that cannot be taken in is still served; the reason is recorded.
 */
@ApplicationScoped
class Absorption implements JobHandler {
  private static final Logger LOG = Logger.getLogger(Absorption.class);

  private final Driver driver;
  private final Database database;
  private final ManifestStore manifests;
  private final StoredImage images;
  private final LayerAbsorption layers;
  private final ImageTrees trees;
  private final StoredObjects objects;
  private final TreeCommitter committer;
  private final LayerLimits limits;

  Absorption(
      Driver driver,
      Database database,
      ManifestStore manifests,
      StoredImage images,
      LayerAbsorption layers,
      ImageTrees trees,
      StoredObjects objects,
      TreeCommitter committer,
      LayerLimits limits) {
    this.driver = driver;
    this.database = database;
    this.manifests = manifests;
    this.images = images;
    this.layers = layers;
    this.trees = trees;
    this.objects = objects;
    this.committer = committer;
    this.limits = limits;
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
    Tree tree = absorb(manifest, progress);
    return tree.absorbed() ? tree.commit().hex() : null;
  }

  /** Returns the image's tree, or the reason why it has none, doing the work when it is new. */
  Tree absorb(ManifestEntity manifest, Progress progress) throws IOException {
    Tree known = database.transact(session -> trees.find(session, manifest.digest));
    if (known != null) {
      return known;
    }
    Tree tree;
    try {
      tree = commit(images.read(manifest), progress);
    } catch (NotAbsorbableException | OciFormatException e) {
      LOG.infof("Image %s is kept without a tree: it %s", manifest.digest, e.getMessage());
      tree = new Tree(null, null, null, e.getMessage());
    }
    Tree outcome = tree;
    database.transact(session -> trees.record(session, manifest.digest, outcome));
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
    CommittedTree committed = committer.commit(flatten(image), details(image));
    if (committed.pack().isPresent()) {
      objects.record(committed.pack().get());
    }
    return new Tree(committed.commit(), committed.rootTree(), committed.rootMeta(), null);
  }

  /** Applies the layers of an absorbed image. */
  FlatTree flatten(DeltaImage image) throws IOException {
    Flattener flattener = new Flattener(limits);
    for (Digest diffId : image.config().diffIds()) {
      flattener.apply(driver, diffId);
    }
    return flattener.tree();
  }

  private static CommitDetails details(DeltaImage image) {
    Map<String, Variant> metadata = new TreeMap<>();
    metadata.put("ostree.manifest-digest", Variant.string(image.digest().toString()));
    String version = image.config().labels().get("org.opencontainers.image.version");
    if (version != null) {
      metadata.put("version", Variant.string(version));
    }
    // The same image gives the same commit in every repository, whenever it is pushed.
    return new CommitDetails(metadata, Optional.empty(), "Image " + image.digest(), "", 0);
  }
}
