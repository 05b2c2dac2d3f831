package io.deltaport.image;

import io.deltaport.meta.Database;
import io.deltaport.meta.ManifestEntity;
import io.deltaport.meta.Manifests;
import io.deltaport.meta.Referrers;
import io.deltaport.meta.Repositories;
import io.deltaport.meta.Suspects;
import io.deltaport.meta.Tags;
import io.deltaport.oci.Digest;
import io.deltaport.oci.ErrorCode;
import io.deltaport.oci.Tag;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Manifests and tags as a repository sees them. Thread-safe. */
@ApplicationScoped
public class ManifestStore {
  private final Database database;
  private final Repositories repositories;
  private final Manifests manifests;
  private final Tags tags;
  private final Referrers referrers;
  private final ManifestCache cache;
  private final ManifestLeases leases;
  private final Suspects suspects;

  ManifestStore(
      Database database,
      Repositories repositories,
      Manifests manifests,
      Tags tags,
      Referrers referrers,
      ManifestCache cache,
      ManifestLeases leases,
      Suspects suspects) {
    this.database = database;
    this.repositories = repositories;
    this.manifests = manifests;
    this.tags = tags;
    this.referrers = referrers;
    this.cache = cache;
    this.leases = leases;
    this.suspects = suspects;
  }

  /**
   * Returns the manifest.
   *
   * @param reference a tag or a digest
   * @throws RegistryException with MANIFEST_UNKNOWN, or when the reference is neither
   */
  public ManifestEntity get(String repository, String reference) {
    return tryGet(repository, reference).orElseThrow(() -> unknown(repository, reference));
  }

  /** Returns the manifest when it is in memory. Never blocks, so event loops may ask. */
  public Optional<ManifestEntity> cached(String repository, String reference) {
    return Optional.ofNullable(cache.get(repository, reference));
  }

  /** As {@link #get}, for callers who rely on the manifest from now on: it has a lease. */
  public ManifestEntity getLeased(String repository, String reference) {
    ManifestEntity manifest = get(repository, reference);
    if (leases.isLeased(manifest.id) || leases.renew(manifest.id)) {
      return manifest;
    }
    throw unknown(repository, reference);
  }

  /** As {@link #cached}, but empty too when the manifest's lease may have to be renewed. */
  public Optional<ManifestEntity> cachedLeased(String repository, String reference) {
    return cached(repository, reference).filter(manifest -> leases.isLeased(manifest.id));
  }

  /** As {@link #get}, but empty when there is no such manifest. */
  public Optional<ManifestEntity> tryGet(String repository, String reference) {
    ManifestEntity known = cache.get(repository, reference);
    if (known != null) {
      return Optional.of(known);
    }
    boolean digest = isDigest(reference);
    return Optional.ofNullable(
        cache.load(
            repository,
            reference,
            () ->
                whole(database.transact(session -> find(session, repository, reference, digest)))));
  }

  /** Returns the manifest when it has the bytes that its digest names, else null. */
  private ManifestEntity whole(ManifestEntity manifest) {
    if (manifest == null || Digest.parse(manifest.digest).matches(manifest.content)) {
      return manifest;
    }
    suspects.report("manifest", manifest.digest, "its digest is another");
    return null;
  }

  private Uni<ManifestEntity> find(
      StatelessSession session, String repository, String reference, boolean digest) {
    return digest
        ? manifests.byDigest(session, repository, reference)
        : manifests.byTag(session, repository, reference);
  }

  /**
   * Removes a tag, or a manifest with all tags that point at it.
   *
   * @throws RegistryException with MANIFEST_UNKNOWN
   */
  public void delete(String repository, String reference) {
    if (!tryDelete(repository, reference)) {
      throw unknown(repository, reference);
    }
  }

  /** As {@link #delete}; returns false when there is no such manifest or tag. */
  boolean tryDelete(String repository, String reference) {
    boolean digest = isDigest(reference);
    boolean found =
        database.transactOnce(
            session ->
                digest
                    ? manifests.delete(session, repository, reference)
                    : tags.delete(session, repository, reference));
    if (digest) {
      // Its tags went with it.
      cache.changed(repository);
    } else {
      cache.changed(repository, reference);
    }
    return found;
  }

  /**
   * Returns at most {@code limit} tags after {@code last} in lexical order.
   *
   * @throws RegistryException with NAME_UNKNOWN when nothing was ever pushed to the repository
   */
  public List<String> tags(String repository, String last, int limit) {
    List<String> found =
        database.transact(
            session ->
                repositories
                    .find(session, repository)
                    .flatMap(
                        id ->
                            id == null
                                ? Uni.createFrom().nullItem()
                                : tags.list(session, repository, last, limit)));
    if (found == null) {
      throw new RegistryException(ErrorCode.NAME_UNKNOWN, "there is no repository " + repository);
    }
    return found;
  }

  /** Returns at most {@code limit} repositories after {@code last} in lexical order. */
  public List<String> repositories(String last, int limit) {
    return database.transact(session -> repositories.list(session, last, limit));
  }

  /** Returns the manifests that name another one as their subject. */
  public Referrers.Page referrers(Referrers.Query query) {
    return database.transact(session -> referrers.list(session, query));
  }

  /**
   * Says whether the reference is a digest rather than a tag.
   *
   * @throws RegistryException if it is neither
   */
  static boolean isDigest(String reference) {
    if (reference.indexOf(':') >= 0) {
      if (Digest.tryParse(reference).isEmpty()) {
        throw new RegistryException(
            ErrorCode.DIGEST_INVALID, "neither a tag nor a sha256 or sha512 digest");
      }
      return true;
    }
    if (!Tag.isValid(reference)) {
      throw new RegistryException(
          ErrorCode.MANIFEST_INVALID,
          "a tag has at most 128 letters, digits, underscores, dots and hyphens");
    }
    return false;
  }

  private static RegistryException unknown(String repository, String reference) {
    return new RegistryException(
        ErrorCode.MANIFEST_UNKNOWN, "repository " + repository + " has no manifest " + reference);
  }
}
