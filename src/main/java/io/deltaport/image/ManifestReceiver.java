package io.deltaport.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.deltaport.image.ReferenceCheck.Checked;
import io.deltaport.image.ReleaseJobs.Pushed;
import io.deltaport.job.JobRunner;
import io.deltaport.meta.Database;
import io.deltaport.meta.ManifestEntity;
import io.deltaport.meta.Manifests;
import io.deltaport.meta.Repositories;
import io.deltaport.meta.Tags;
import io.deltaport.oci.Descriptor;
import io.deltaport.oci.Digest;
import io.deltaport.oci.ErrorCode;
import io.deltaport.oci.Manifest;
import io.deltaport.oci.OciFormatException;
import io.deltaport.oci.OciParser;
import io.deltaport.util.Hex;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * Receives manifests. Thread-safe.
 *
 * <p>The manifest, its tags and the jobs that follow from it are one transaction: after the answer
 * all of it is durable, before it nothing is visible.
 */
@ApplicationScoped
public class ManifestReceiver {
  private final Database database;
  private final Repositories repositories;
  private final ReferenceCheck references;
  private final Manifests manifests;
  private final Tags tags;
  private final ReleaseJobs releases;
  private final JobRunner runner;
  private final ManifestCache cache;
  private final ObjectMapper json;

  ManifestReceiver(
      Database database,
      Repositories repositories,
      ReferenceCheck references,
      Manifests manifests,
      Tags tags,
      ReleaseJobs releases,
      JobRunner runner,
      ManifestCache cache,
      ObjectMapper json) {
    this.database = database;
    this.repositories = repositories;
    this.references = references;
    this.manifests = manifests;
    this.tags = tags;
    this.releases = releases;
    this.runner = runner;
    this.cache = cache;
    this.json = json;
  }

  /** A manifest that is stored now, and the tags that point at it by this push. */
  public record Received(Digest digest, Optional<String> subject, List<String> tags) {}

  /**
   * Stores a manifest under its digest and lets the push's tags point at it.
   *
   * @throws RegistryException with MANIFEST_INVALID, DIGEST_INVALID or MANIFEST_BLOB_UNKNOWN
   */
  public Received receive(ManifestPush push) {
    Digest digest = digest(push);
    Manifest manifest = parse(push);
    database.transactOnce(
        session ->
            repositories
                .findOrCreate(session, push.repository())
                .flatMap(id -> store(session, new Place(push, id, digest, manifest))));
    cache.changed(push.repository(), digest.toString());
    push.tags().forEach(tag -> cache.changed(push.repository(), tag));
    runner.wake();
    return new Received(
        digest, Optional.ofNullable(manifest.subject()).map(Descriptor::digest), push.tags());
  }

  private record Place(ManifestPush push, long repositoryId, Digest digest, Manifest manifest) {}

  private Uni<Void> store(StatelessSession session, Place place) {
    return references
        .check(session, place.repositoryId(), place.manifest())
        .flatMap(
            checked ->
                manifests
                    .record(session, entity(place, checked), checked.references())
                    .flatMap(id -> move(session, place, id))
                    .flatMap(before -> follow(session, place, checked, before)));
  }

  /** Moves the tags and returns the digests that they pointed at before, by tag. */
  private Uni<Map<String, String>> move(StatelessSession session, Place place, long manifestId) {
    Map<String, String> before = new LinkedHashMap<>();
    Uni<Void> chain = Uni.createFrom().voidItem();
    for (String tag : place.push().tags()) {
      chain =
          chain
              .flatMap(ignored -> tags.move(session, place.repositoryId(), tag, manifestId))
              .invoke(
                  digest -> {
                    if (digest != null) {
                      before.put(tag, digest);
                    }
                  })
              .replaceWithVoid();
    }
    return chain.replaceWith(before);
  }

  private Uni<Void> follow(
      StatelessSession session, Place place, Checked checked, Map<String, String> before) {
    return checked.complete()
        ? releases.enqueue(
            session,
            new Pushed(
                place.repositoryId(),
                place.push().repository(),
                place.manifest(),
                place.digest().toString(),
                place.push().tags(),
                before))
        : Uni.createFrom().voidItem();
  }

  private ManifestEntity entity(Place place, Checked checked) {
    Manifest manifest = place.manifest();
    ManifestEntity entity = new ManifestEntity();
    entity.repositoryId = place.repositoryId();
    entity.digest = place.digest().toString();
    entity.mediaType = manifest.mediaType();
    entity.artifactType = manifest.artifactType();
    entity.configDigest = manifest.config() == null ? null : manifest.config().digest();
    entity.subject = manifest.subject() == null ? null : manifest.subject().digest();
    entity.annotations = annotations(manifest);
    entity.content = place.push().content();
    entity.image = manifest.isImage() && checked.complete();
    return entity;
  }

  private String annotations(Manifest manifest) {
    try {
      return json.writeValueAsString(manifest.annotations());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of strings is always JSON", e);
    }
  }

  private static Digest digest(ManifestPush push) {
    if (push.digest().isEmpty()) {
      return Digest.sha256(push.content());
    }
    Digest digest = push.digest().get();
    if (!Hex.encode(digest.newMessageDigest().digest(push.content())).equals(digest.hex())) {
      throw new RegistryException(
          ErrorCode.DIGEST_INVALID, "the manifest's digest is not " + digest);
    }
    return digest;
  }

  private static Manifest parse(ManifestPush push) {
    if (push.content().length > OciParser.MANIFEST_BYTES_MAX) {
      throw new RegistryException(ErrorCode.MANIFEST_INVALID, 413, "a manifest has at most 4 MiB");
    }
    try {
      return OciParser.manifest(push.content(), push.contentType());
    } catch (OciFormatException e) {
      throw new RegistryException(ErrorCode.MANIFEST_INVALID, e.getMessage());
    }
  }
}
