package io.deltaport.image;

import io.deltaport.delta.ocidelta.DeltaImage;
import io.deltaport.layer.FlatTree;
import io.deltaport.layer.NotAbsorbableException;
import io.deltaport.meta.Database;
import io.deltaport.meta.ImageTrees;
import io.deltaport.meta.ImageTrees.Tree;
import io.deltaport.meta.Layers.Layer;
import io.deltaport.meta.ManifestEntity;
import io.deltaport.oci.OciFormatException;
import io.deltaport.util.Progress;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import org.jboss.logging.Logger;

/**
 * Takes images into the object store: each layer, then the flattened tree as OSTree objects.
 * Thread-safe; two jobs that need the same image share the work. An image that cannot be taken in
 * is still served; the reason is recorded.
 */
@ApplicationScoped
class ImageAbsorption {
  private static final Logger LOG = Logger.getLogger(ImageAbsorption.class);

  private final Database database;
  private final StoredImage images;
  private final LayerAbsorption layers;
  private final ImageTrees outcomes;
  private final ImageCommits trees;
  private final KeyLocks locks = new KeyLocks();

  ImageAbsorption(
      Database database,
      StoredImage images,
      LayerAbsorption layers,
      ImageTrees outcomes,
      ImageCommits trees) {
    this.database = database;
    this.images = images;
    this.layers = layers;
    this.outcomes = outcomes;
    this.trees = trees;
  }

  /** Returns the image's tree, or the reason why it has none, doing the work when it is new. */
  Tree absorb(ManifestEntity manifest, Progress progress) throws IOException {
    return locks.locked(
        manifest.digest,
        () -> {
          Tree known = find(manifest);
          return known != null ? known : absorbNow(manifest, progress);
        });
  }

  /** Returns what became of the image, or null when nobody has looked into it. */
  Tree find(ManifestEntity manifest) {
    return database.transact(session -> outcomes.find(session, manifest.digest));
  }

  private Tree absorbNow(ManifestEntity manifest, Progress progress) throws IOException {
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

  /** As {@link ImageCommits#containerTree}. */
  FlatTree containerTree(DeltaImage image) throws IOException {
    return trees.containerTree(image);
  }

  /** Applies the layers of an absorbed image. */
  FlatTree flatten(DeltaImage image) throws IOException {
    return trees.flatten(image);
  }
}
