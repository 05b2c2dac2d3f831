package io.deltaport.image;

import io.deltaport.delta.ocidelta.BlobWriter;
import io.deltaport.delta.ocidelta.DeltaBuilder;
import io.deltaport.delta.ocidelta.DeltaException;
import io.deltaport.delta.ocidelta.DeltaImage;
import io.deltaport.layer.ChangesLayer;
import io.deltaport.layer.FlatTree;
import io.deltaport.layer.NotRestackableException;
import io.deltaport.layer.ObjectLayer;
import io.deltaport.meta.Blobs;
import io.deltaport.meta.Database;
import io.deltaport.meta.ImageTrees.Tree;
import io.deltaport.meta.Layers.Layer;
import io.deltaport.meta.ManifestEntity;
import io.deltaport.meta.Repositories;
import io.deltaport.oci.Descriptor;
import io.deltaport.oci.Digest;
import io.deltaport.oci.MediaTypes;
import io.deltaport.oci.OciFormatException;
import io.deltaport.ostree.Checksum;
import io.deltaport.store.driver.Driver;
import io.deltaport.util.Progress;
import io.deltaport.util.Sha256;
import io.deltaport.util.Unclosed;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Puts one layer of what changed on top of an image, and proves that it is right. Thread-safe. */
@ApplicationScoped
class ImageRestack {
  private static final Logger LOG = Logger.getLogger(ImageRestack.class);
  private static final int BUFFER_BYTES = 128 << 10;

  private final Driver driver;
  private final Database database;
  private final StoredImage images;
  private final ImageAbsorption absorption;
  private final LayerAbsorption layers;
  private final DeltaObjects objects;
  private final Repositories repositories;
  private final Blobs blobs;

  ImageRestack(
      Driver driver,
      Database database,
      StoredImage images,
      ImageAbsorption absorption,
      LayerAbsorption layers,
      DeltaObjects objects,
      Repositories repositories,
      Blobs blobs) {
    this.driver = driver;
    this.database = database;
    this.images = images;
    this.absorption = absorption;
    this.layers = layers;
    this.objects = objects;
    this.repositories = repositories;
    this.blobs = blobs;
  }

  /** A layer of changes that is stored. */
  private record Changes(
      Descriptor descriptor, Digest diffId, Map<Checksum, Checksum> unlabelled) {}

  /**
   * Returns the manifest, whose blobs are stored; empty where the whole image is the better one.
   *
   * @param belowRow the image to which the restacked tag leads
   * @param targetRow the one to which it shall lead
   */
  Optional<byte[]> restack(
      String repository,
      ManifestEntity belowRow,
      ManifestEntity targetRow,
      RestackRules.Rule rule,
      Progress progress)
      throws IOException {
    try {
      DeltaImage below = images.read(belowRow);
      DeltaImage target = images.read(targetRow);
      DeltaBuilder.checkPair(below, target);
      boolean ofCommits = ImageCommits.isEncapsulated(target);
      if (ofCommits != ImageCommits.isEncapsulated(below)) {
        throw new NotRestackableException("Only one of the two images is made of a commit.");
      }
      if (!isAbsorbed(belowRow, progress) || !isAbsorbed(targetRow, progress)) {
        return Optional.empty();
      }
      FlatTree tree = tree(target);
      Changes changes = write(tree(below), tree, target, rule, progress);
      int steps = RestackedManifest.steps(below.manifest()) + 1;
      long layerBytes = changes.descriptor().size();
      long stackBytes = layerBytes + below.manifest().totalBytes();
      if (!rule.keeps(steps, layerBytes, stackBytes, target.manifest().totalBytes())) {
        LOG.infof(
            "A layer of %d bytes as step %d is not worth it in %s", layerBytes, steps, repository);
        return Optional.empty();
      }
      RestackedManifest made = new RestackedManifest(below, target);
      byte[] config = made.config(changes.diffId());
      byte[] manifest = made.manifest(config, changes.descriptor());
      check(changes, DeltaImage.parse(Digest.sha256(manifest), manifest, config), tree, progress);
      Digest configDigest = BlobWriter.store(driver, config);
      record(repository, Descriptor.of(MediaTypes.OCI_CONFIG, configDigest, config.length));
      record(repository, changes.descriptor());
      return Optional.of(manifest);
    } catch (NotRestackableException | DeltaException | OciFormatException e) {
      LOG.infof("%s in %s cannot be restacked: %s", targetRow.digest, repository, e.getMessage());
      return Optional.empty();
    }
  }

  private boolean isAbsorbed(ManifestEntity row, Progress progress) throws IOException {
    Tree tree = absorption.absorb(row, progress);
    return tree.absorbed();
  }

  /** Returns what a device has of an image, but for the repository of a commit. */
  private FlatTree tree(DeltaImage image) throws IOException {
    return ImageCommits.isEncapsulated(image)
        ? absorption.containerTree(image)
        : absorption.flatten(image);
  }

  private Changes write(
      FlatTree below, FlatTree tree, DeltaImage target, RestackRules.Rule rule, Progress progress)
      throws IOException, NotRestackableException {
    progress.update("restack", 0, -1);
    MessageDigest digest = Sha256.newDigest();
    List<Digest> diffIds = target.config().diffIds();
    Map<Checksum, Checksum> unlabelled = Map.of();
    try (BlobWriter blob = new BlobWriter(driver)) {
      try (OutputStream packed = rule.compression().over(Unclosed.of(blob.output()));
          OutputStream tar =
              new BufferedOutputStream(new DigestOutputStream(packed, digest), BUFFER_BYTES)) {
        if (ImageCommits.isEncapsulated(target)) {
          unlabelled = ObjectLayer.write(below, tree, objects.all(), tar);
        } else {
          ChangesLayer.write(
              below, tree, driver, diffIds, objects.of(tree, new HashSet<>(diffIds)), tar);
        }
      }
      long length = blob.length();
      return new Changes(
          Descriptor.of(rule.compression().mediaType(), blob.publish(), length),
          Digest.ofSha256(digest.digest()),
          unlabelled);
    }
  }

  /** Applies the layer as a device would, before anybody is told of it. */
  private void check(Changes changes, DeltaImage restacked, FlatTree tree, Progress progress)
      throws IOException, NotRestackableException {
    Layer layer = layers.absorb(changes.descriptor(), progress);
    boolean same =
        layer.absorbed()
            && layer.diffId().equals(changes.diffId().toString())
            && tree(restacked).equalTree(tree, changes.unlabelled());
    if (!same) {
      throw new NotRestackableException("The layer of changes does not make the same tree.");
    }
  }

  private void record(String repository, Descriptor blob) {
    database.transact(
        session ->
            repositories
                .findOrCreate(session, repository)
                .flatMap(id -> blobs.record(session, id, blob.digest(), blob.size())));
  }
}
