package io.deltaport.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.deltaport.job.JobRunner;
import io.deltaport.meta.Blobs;
import io.deltaport.meta.Database;
import io.deltaport.meta.ManifestEntity;
import io.deltaport.meta.Manifests;
import io.deltaport.meta.Manifests.Reference;
import io.deltaport.meta.Repositories;
import io.deltaport.meta.Tags;
import io.deltaport.oci.Descriptor;
import io.deltaport.oci.Digest;
import io.deltaport.oci.ErrorCode;
import io.deltaport.oci.Manifest;
import io.deltaport.oci.MediaTypes;
import io.deltaport.oci.OciFormatException;
import io.deltaport.oci.OciParser;
import io.deltaport.util.Hex;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * Receives manifests. Thread-safe.
 *
 * <p>The manifest, its tag and the jobs that follow from it are one transaction: after the answer
 * all of it is durable, before it nothing is visible.
 */
@ApplicationScoped
public class ManifestReceiver {
  private final Database database;
  private final Repositories repositories;
  private final Blobs blobs;
  private final Manifests manifests;
  private final Tags tags;
  private final ReleaseJobs releases;
  private final JobRunner runner;
  private final ManifestCache cache;
  private final ObjectMapper json;

  ManifestReceiver(
      Database database,
      Repositories repositories,
      Blobs blobs,
      Manifests manifests,
      Tags tags,
      ReleaseJobs releases,
      JobRunner runner,
      ManifestCache cache,
      ObjectMapper json) {
    this.database = database;
    this.repositories = repositories;
    this.blobs = blobs;
    this.manifests = manifests;
    this.tags = tags;
    this.releases = releases;
    this.runner = runner;
    this.cache = cache;
    this.json = json;
  }

  /** A manifest that is stored now. */
  public record Received(Digest digest, Optional<String> subject) {}

  /**
   * Stores a manifest under its digest, and under a tag when the reference is one.
   *
   * @param contentType the request's media type, or null
   * @throws RegistryException with MANIFEST_INVALID, DIGEST_INVALID or MANIFEST_BLOB_UNKNOWN
   */
  public Received receive(String repository, String reference, String contentType, byte[] content) {
    boolean byDigest = ManifestStore.isDigest(reference);
    Digest digest = byDigest ? checked(Digest.parse(reference), content) : Digest.sha256(content);
    Manifest manifest = parse(content, contentType);
    database.transactOnce(
        session ->
            repositories
                .findOrCreate(session, repository)
                .flatMap(
                    id ->
                        checkReferences(session, id, manifest)
                            .flatMap(
                                ignored ->
                                    manifests.record(
                                        session,
                                        entity(id, digest, manifest, content),
                                        references(manifest)))
                            .flatMap(
                                manifestId ->
                                    tagAndFollow(
                                        session,
                                        new Place(repository, id, byDigest ? null : reference),
                                        manifestId,
                                        digest,
                                        manifest))));
    cache.changed(repository, reference);
    runner.wake();
    return new Received(digest, Optional.ofNullable(manifest.subject()).map(Descriptor::digest));
  }

  private record Place(String repository, long repositoryId, String tag) {}

  private Uni<Void> tagAndFollow(
      StatelessSession session, Place place, long manifestId, Digest digest, Manifest manifest) {
    Uni<String> previous =
        place.tag() == null
            ? Uni.createFrom().nullItem()
            : tags.move(session, place.repositoryId(), place.tag(), manifestId);
    return previous.flatMap(
        before ->
            releases.enqueue(session, place.repository(), manifest, digest.toString(), before));
  }

  private Uni<Void> checkReferences(StatelessSession session, long repository, Manifest manifest) {
    List<Descriptor> wanted = blobs(manifest);
    List<Descriptor> children = manifest.manifests();
    return blobs
        .sizes(session, repository, digests(wanted))
        .invoke(found -> check("blob", wanted, found))
        .flatMap(ignored -> manifests.sizes(session, repository, digests(children)))
        .invoke(found -> check("manifest", children, found))
        .replaceWithVoid();
  }

  private static Set<String> digests(List<Descriptor> descriptors) {
    return descriptors.stream().map(Descriptor::digest).collect(Collectors.toSet());
  }

  private static void check(String what, List<Descriptor> wanted, Map<String, Long> sizes) {
    for (Descriptor descriptor : wanted) {
      Long size = sizes.get(descriptor.digest());
      if (size == null) {
        throw new RegistryException(
            ErrorCode.MANIFEST_BLOB_UNKNOWN,
            "push the " + what + " " + descriptor.digest() + " first; the manifest names it");
      }
      if (size != descriptor.size()) {
        throw new RegistryException(
            ErrorCode.MANIFEST_INVALID,
            "the %s %s has %d bytes, not %d as the manifest says"
                .formatted(what, descriptor.digest(), size, descriptor.size()));
      }
    }
  }

  private static List<Descriptor> blobs(Manifest manifest) {
    List<Descriptor> blobs = new ArrayList<>();
    if (manifest.config() != null) {
      blobs.add(manifest.config());
    }
    for (Descriptor layer : manifest.layers()) {
      if (!MediaTypes.isNonDistributable(layer.mediaType())) {
        blobs.add(layer);
      }
    }
    return blobs;
  }

  private static List<Reference> references(Manifest manifest) {
    List<Reference> references = new ArrayList<>();
    blobs(manifest).forEach(blob -> references.add(new Reference("blob", blob.digest())));
    manifest
        .manifests()
        .forEach(child -> references.add(new Reference("manifest", child.digest())));
    return references;
  }

  private ManifestEntity entity(long repository, Digest digest, Manifest manifest, byte[] content) {
    ManifestEntity entity = new ManifestEntity();
    entity.repositoryId = repository;
    entity.digest = digest.toString();
    entity.mediaType = manifest.mediaType();
    entity.artifactType = manifest.artifactType();
    entity.configDigest = manifest.config() == null ? null : manifest.config().digest();
    entity.subject = manifest.subject() == null ? null : manifest.subject().digest();
    entity.annotations = annotations(manifest);
    entity.content = content;
    entity.image = manifest.isImage();
    return entity;
  }

  private String annotations(Manifest manifest) {
    try {
      return json.writeValueAsString(manifest.annotations());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of strings is always JSON", e);
    }
  }

  private static Digest checked(Digest digest, byte[] content) {
    if (!Hex.encode(digest.newMessageDigest().digest(content)).equals(digest.hex())) {
      throw new RegistryException(
          ErrorCode.DIGEST_INVALID, "the manifest's digest is not " + digest);
    }
    return digest;
  }

  private static Manifest parse(byte[] content, String contentType) {
    if (content.length > OciParser.MANIFEST_BYTES_MAX) {
      throw new RegistryException(ErrorCode.MANIFEST_INVALID, 413, "a manifest has at most 4 MiB");
    }
    try {
      return OciParser.manifest(content, contentType);
    } catch (OciFormatException e) {
      throw new RegistryException(ErrorCode.MANIFEST_INVALID, e.getMessage());
    }
  }
}
