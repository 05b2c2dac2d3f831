package io.deltaport.image;

import io.deltaport.delta.ocidelta.DeltaImage;
import io.deltaport.layer.CommitImporter;
import io.deltaport.layer.CommittedTree;
import io.deltaport.layer.EncapsulatedCommit;
import io.deltaport.layer.FlatTree;
import io.deltaport.layer.Flattener;
import io.deltaport.layer.LayerLimits;
import io.deltaport.layer.NotAbsorbableException;
import io.deltaport.layer.OstreeLayout;
import io.deltaport.layer.TreeCommitter;
import io.deltaport.meta.ImageTrees.Tree;
import io.deltaport.meta.StoredObjects;
import io.deltaport.oci.Digest;
import io.deltaport.selinux.SelinuxFormatException;
import io.deltaport.store.driver.Driver;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Makes the commits of images whose layers are absorbed. Thread-safe.
 *
 * <p>An image that OSTree's tools made of a commit has this commit, as it was; with layers on top
 * the commit's tree with these layers applied; any other image its flattened tree.
 */
@ApplicationScoped
class ImageCommits {
  private static final Logger LOG = Logger.getLogger(ImageCommits.class);

  /** Names the last layer of an encapsulated commit; those after it go on top. */
  private static final String LAST_LAYER_LABEL = "ostree.final-diffid";

  /** Where the images of commits have their repository. */
  private static final String REPOSITORY_PARENT = "sysroot";

  private final Driver driver;
  private final StoredObjects objects;
  private final TreeCommitter committer;
  private final CommitImporter importer;
  private final LayerLimits limits;

  ImageCommits(
      Driver driver,
      StoredObjects objects,
      TreeCommitter committer,
      CommitImporter importer,
      LayerLimits limits) {
    this.driver = driver;
    this.objects = objects;
    this.committer = committer;
    this.importer = importer;
    this.limits = limits;
  }

  /** Returns the image's tree, its objects durable and known; or the reason why it has none. */
  Tree make(DeltaImage image) throws IOException {
    // An image that cannot be flattened has no deltas either.
    FlatTree flat = flatten(image);
    try {
      int layers = encapsulatedLayers(image);
      return layers == 0 ? ofLayers(image, flat, false) : ofCommit(image, flat, layers);
    } catch (NotAbsorbableException | SelinuxFormatException e) {
      LOG.infof("Image %s is absorbed without a commit: it %s", image.digest(), e.getMessage());
      return Tree.withoutCommit(e.getMessage());
    }
  }

  /** Applies the layers of an absorbed image. */
  FlatTree flatten(DeltaImage image) throws IOException {
    return apply(new Flattener(limits), image.config().diffIds());
  }

  /** Says whether an image has an OSTree commit at its bottom. */
  static boolean isEncapsulated(DeltaImage image) {
    return encapsulatedLayers(image) > 0;
  }

  /**
   * Returns the tree of an image with a commit at its bottom, without its repository: the commit's
   * with {@code /usr/etc} at {@code /etc}, and what further layers make of it.
   */
  FlatTree containerTree(DeltaImage image) throws IOException {
    List<Digest> diffIds = image.config().diffIds();
    int layers = encapsulatedLayers(image);
    FlatTree bottom = apply(new Flattener(limits), diffIds.subList(0, layers));
    EncapsulatedCommit commit = importer.load(bottom, true);
    record(commit.stored(), null);
    Flattener flattener = new Flattener(limits, commit.base());
    return apply(flattener, diffIds.subList(layers, diffIds.size())).without(REPOSITORY_PARENT);
  }

  private FlatTree apply(Flattener flattener, List<Digest> layers) throws IOException {
    for (Digest diffId : layers) {
      flattener.apply(driver, diffId);
    }
    return flattener.tree();
  }

  /** Returns how many layers at the bottom hold a commit. */
  private static int encapsulatedLayers(DeltaImage image) {
    String last = image.config().labels().get(LAST_LAYER_LABEL);
    List<String> diffIds = image.config().diffIds().stream().map(Digest::toString).toList();
    // Images that were made of others may have their label and not their layers.
    return last == null ? 0 : diffIds.indexOf(last) + 1;
  }

  private Tree ofLayers(DeltaImage image, FlatTree flat, boolean relabel) throws IOException {
    FlatTree layout = OstreeLayout.of(flat);
    CommittedTree committed = committer.commit(layout, CommitMetadata.of(image, layout), relabel);
    return record(committed, null);
  }

  private Tree ofCommit(DeltaImage image, FlatTree flat, int layers) throws IOException {
    List<Digest> diffIds = image.config().diffIds();
    if (layers == diffIds.size()) {
      EncapsulatedCommit commit = importer.load(flat, false);
      return record(commit.stored(), commit.detached());
    }
    FlatTree bottom = apply(new Flattener(limits), diffIds.subList(0, layers));
    EncapsulatedCommit commit = importer.load(bottom, true);
    record(commit.stored(), null);
    List<Digest> above = diffIds.subList(layers, diffIds.size());
    return ofLayers(image, apply(new Flattener(limits, commit.base()), above), true);
  }

  private Tree record(CommittedTree committed, byte[] detached) throws IOException {
    if (committed.pack().isPresent()) {
      objects.record(committed.pack().get());
    }
    return new Tree(
        true, committed.commit(), committed.rootTree(), committed.rootMeta(), detached, null);
  }
}
