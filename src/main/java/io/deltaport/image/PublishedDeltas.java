package io.deltaport.image;

import io.deltaport.meta.Database;
import io.deltaport.meta.DeltaCommits.Stored;
import io.deltaport.meta.Deltas;
import io.deltaport.meta.ManifestEntity;
import io.deltaport.meta.StaticDeltas;
import io.deltaport.meta.StaticDeltas.Pair;
import io.deltaport.oci.ErrorCode;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.Optional;

/** Finds deltas that are there, for those who want none to be made. Thread-safe. */
@ApplicationScoped
public class PublishedDeltas {
  private final Database database;
  private final ManifestStore manifests;
  private final CommitReferences references;
  private final Deltas deltas;
  private final StaticDeltas staticDeltas;

  PublishedDeltas(
      Database database,
      ManifestStore manifests,
      CommitReferences references,
      Deltas deltas,
      StaticDeltas staticDeltas) {
    this.database = database;
    this.manifests = manifests;
    this.references = references;
    this.deltas = deltas;
    this.staticDeltas = staticDeltas;
  }

  /**
   * Returns the delta between two images, each named by tag or digest.
   *
   * @throws RegistryException with MANIFEST_UNKNOWN when an image or the delta is not there
   */
  public Deltas.Listed ociDelta(String repository, String from, String to) throws IOException {
    ManifestEntity source = manifests.get(repository, from);
    ManifestEntity target = manifests.get(repository, to);
    return Optional.ofNullable(
            database.transact(
                session ->
                    deltas.find(
                        session, repository, source.digest, target.digest, DeltaRequests.FORMAT)))
        .orElseThrow(() -> none(DeltaRequests.FORMAT, repository, from, to));
  }

  /**
   * Returns the static delta between two commits, each named by the tag or digest of an image, by a
   * ref or by its checksum.
   *
   * @param from empty for a delta from nothing
   * @throws RegistryException with MANIFEST_UNKNOWN when a commit or the delta is not there
   */
  public StaticDeltas.Listed staticDelta(String repository, String from, String to)
      throws IOException {
    Optional<Stored> target = references.findMade(repository, to);
    Optional<Stored> source =
        from.isEmpty() ? Optional.empty() : references.findMade(repository, from);
    if (target.isEmpty() || source.isEmpty() != from.isEmpty()) {
      throw none(StaticDeltaRequests.FORMAT, repository, from, to);
    }
    Pair pair = new Pair(source.map(Stored::id).orElse(null), target.get().id());
    return Optional.ofNullable(database.transact(session -> staticDeltas.find(session, pair)))
        .orElseThrow(() -> none(StaticDeltaRequests.FORMAT, repository, from, to));
  }

  private static RegistryException none(String format, String repository, String from, String to) {
    return new RegistryException(
        ErrorCode.MANIFEST_UNKNOWN,
        "repository %s has no %s delta from %s to %s; `deltaport delta create` makes one"
            .formatted(repository, format, from.isEmpty() ? "nothing" : from, to));
  }
}
