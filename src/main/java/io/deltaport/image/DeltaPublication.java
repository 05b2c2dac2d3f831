package io.deltaport.image;

import io.deltaport.delta.DeltaEffort;
import io.deltaport.delta.DeltaOptions;
import io.deltaport.delta.ocidelta.Annotations;
import io.deltaport.delta.ocidelta.DeltaArtifact;
import io.deltaport.delta.ocidelta.DeltaBuilder;
import io.deltaport.delta.ocidelta.DeltaException;
import io.deltaport.delta.ocidelta.DeltaImage;
import io.deltaport.image.policy.DeltaPolicies;
import io.deltaport.job.JobCancelledException;
import io.deltaport.job.JobEntity;
import io.deltaport.job.JobFailedException;
import io.deltaport.job.JobHandler;
import io.deltaport.job.JobKind;
import io.deltaport.layer.FlatTree;
import io.deltaport.meta.Blobs;
import io.deltaport.meta.Database;
import io.deltaport.meta.DeltaEntity;
import io.deltaport.meta.Deltas;
import io.deltaport.meta.Deltas.Listed;
import io.deltaport.meta.ImageTrees.Tree;
import io.deltaport.meta.Layers.Layer;
import io.deltaport.meta.ManifestEntity;
import io.deltaport.meta.Repositories;
import io.deltaport.meta.Tags;
import io.deltaport.oci.Descriptor;
import io.deltaport.oci.Digest;
import io.deltaport.oci.MediaTypes;
import io.deltaport.oci.OciFormatException;
import io.deltaport.store.driver.Driver;
import io.deltaport.util.Progress;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;
import org.jboss.logging.Logger;

/** Makes the delta between two images and publishes it as a referrer of the target. Thread-safe. */
@ApplicationScoped
class DeltaPublication implements JobHandler {
  private static final Logger LOG = Logger.getLogger(DeltaPublication.class);

  private final Driver driver;
  private final Database database;
  private final ManifestStore manifests;
  private final ManifestReceiver receiver;
  private final StoredImage images;
  private final ImageAbsorption absorption;
  private final LayerAbsorption layers;
  private final DeltaObjects objects;
  private final DeltaOptions options;
  private final Repositories repositories;
  private final Blobs blobs;
  private final Deltas deltas;
  private final Tags tags;
  private final DeltaPolicies policies;

  DeltaPublication(
      Driver driver,
      Database database,
      ManifestStore manifests,
      ManifestReceiver receiver,
      StoredImage images,
      ImageAbsorption absorption,
      LayerAbsorption layers,
      DeltaObjects objects,
      DeltaOptions options,
      Repositories repositories,
      Blobs blobs,
      Deltas deltas,
      Tags tags,
      DeltaPolicies policies) {
    this.driver = driver;
    this.database = database;
    this.manifests = manifests;
    this.receiver = receiver;
    this.images = images;
    this.absorption = absorption;
    this.layers = layers;
    this.objects = objects;
    this.options = options;
    this.repositories = repositories;
    this.blobs = blobs;
    this.deltas = deltas;
    this.tags = tags;
    this.policies = policies;
  }

  @Override
  public JobKind kind() {
    return JobKind.DELTA;
  }

  @Override
  public String run(JobEntity job, Progress progress) throws Exception {
    ManifestEntity source = manifest(job.repository, job.source);
    ManifestEntity target = manifest(job.repository, job.target);
    DeltaEffort effort = policies.effort(job.effort);
    DeltaArtifact artifact;
    try {
      artifact = build(source, target, options.withEffort(effort), progress);
    } catch (DeltaException | OciFormatException e) {
      throw new JobFailedException(e.getMessage(), e);
    }
    manifest(job.repository, job.target);
    Listed before =
        database.transact(
            session ->
                deltas.find(session, job.repository, job.source, job.target, DeltaRequests.FORMAT));
    if (before == null && !job.requested && !keeps(job.repository, target, artifact)) {
      LOG.infof(
          "The delta from %s to %s in %s takes %d bytes for %d, too much to be kept",
          job.source, job.target, job.repository, artifact.sizeBytes(), artifact.fullBytes());
      return null;
    }
    publish(job, artifact, effort);
    if (before != null && !before.artifact().equals(artifact.digest().toString())) {
      manifests.tryDelete(job.repository, before.artifact());
    }
    LOG.infof(
        "Published delta %s in %s: %d bytes instead of %d",
        artifact.digest(), job.repository, artifact.sizeBytes(), artifact.fullBytes());
    return artifact.digest().toString();
  }

  private ManifestEntity manifest(String repository, String digest) throws JobCancelledException {
    return manifests
        .tryGet(repository, digest)
        .orElseThrow(() -> new JobCancelledException("image " + digest + " was deleted"));
  }

  /** A delta that somebody asked for stays whatever its size. */
  private boolean keeps(String repository, ManifestEntity target, DeltaArtifact artifact) {
    List<String> names = database.transact(session -> tags.of(session, target.id));
    return policies.images().keeps(repository, names, artifact.sizeBytes(), artifact.fullBytes());
  }

  private DeltaArtifact build(
      ManifestEntity source, ManifestEntity target, DeltaOptions withEffort, Progress progress)
      throws IOException {
    DeltaImage from = images.read(source);
    DeltaImage to = images.read(target);
    DeltaBuilder.checkPair(from, to);
    Tree sourceTree = absorption.absorb(source, progress);
    if (!sourceTree.absorbed()) {
      throw new DeltaException(
          "the source " + source.digest + " has no tree to start from: it " + sourceTree.reason());
    }
    Set<Digest> absorbed = new HashSet<>();
    for (int i = 0; i < to.layers().size(); i++) {
      Layer layer = layers.absorb(to.layers().get(i), progress);
      if (layer.absorbed() && layer.diffId().equals(to.diffId(i).toString())) {
        absorbed.add(to.diffId(i));
      }
    }
    FlatTree tree = absorption.flatten(from);
    return new DeltaBuilder(driver, objects.of(tree, absorbed), withEffort)
        .build(from, tree, to, absorbed, progress);
  }

  private void publish(JobEntity job, DeltaArtifact artifact, DeltaEffort effort) {
    database.transact(
        session ->
            repositories
                .findOrCreate(session, job.repository)
                .flatMap(id -> recordBlobs(session, id, artifact)));
    receiver.receive(
        new ManifestPush(
            job.repository,
            Optional.of(artifact.digest()),
            List.of(),
            MediaTypes.OCI_MANIFEST,
            artifact.manifest()));
    database.transact(
        session ->
            repositories
                .find(session, job.repository)
                .flatMap(id -> deltas.record(session, row(job, id, artifact, effort))));
  }

  private Uni<Void> recordBlobs(StatelessSession session, long repository, DeltaArtifact artifact) {
    Uni<Void> chain = Uni.createFrom().voidItem();
    for (Descriptor blob : artifact.blobs()) {
      chain =
          chain.flatMap(
              ignored ->
                  isNew(blob)
                      ? blobs.record(session, repository, blob.digest(), blob.size())
                      : blobs.link(session, repository, blob.digest()));
    }
    return chain;
  }

  /** Layers that no delta makes smaller are the target's own, which the repository has. */
  private static boolean isNew(Descriptor blob) {
    return blob.mediaType().equals(Annotations.TAR_DIFF)
        || !Annotations.CONTENT_LAYER.equals(blob.annotations().get(Annotations.CONTENT));
  }

  private static DeltaEntity row(
      JobEntity job, long repository, DeltaArtifact artifact, DeltaEffort effort) {
    DeltaEntity row = new DeltaEntity();
    row.repositoryId = repository;
    row.sourceDigest = job.source;
    row.targetDigest = job.target;
    row.format = DeltaRequests.FORMAT;
    row.artifactDigest = artifact.digest().toString();
    row.sizeBytes = artifact.sizeBytes();
    row.fullBytes = artifact.fullBytes();
    row.effort = effort.text();
    return row;
  }
}
