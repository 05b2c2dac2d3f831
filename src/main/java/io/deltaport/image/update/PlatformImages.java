package io.deltaport.image.update;

import io.deltaport.delta.ocidelta.Annotations;
import io.deltaport.image.ManifestStore;
import io.deltaport.image.RegistryException;
import io.deltaport.image.RestackedImages;
import io.deltaport.image.update.UpdatePlan.Image;
import io.deltaport.meta.Database;
import io.deltaport.meta.ManifestEntity;
import io.deltaport.meta.Manifests;
import io.deltaport.oci.Descriptor;
import io.deltaport.oci.Digest;
import io.deltaport.oci.ErrorCode;
import io.deltaport.oci.Manifest;
import io.deltaport.oci.OciFormatException;
import io.deltaport.oci.OciParser;
import io.deltaport.oci.Platform;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Finds images as devices know them, also behind indexes of several platforms. Thread-safe. */
@ApplicationScoped
class PlatformImages {
  /** Restacked images of one original that are looked at, the latest first. */
  private static final int RESTACKED_MAX = 16;

  /** What a long holds; others than ours may have written the annotation. */
  private static final String NUMBER = "[0-9]{1,18}";

  private final Database database;
  private final ManifestStore store;
  private final Manifests manifests;

  PlatformImages(Database database, ManifestStore store, Manifests manifests) {
    this.database = database;
    this.store = store;
    this.manifests = manifests;
  }

  /**
   * An image.
   *
   * @param platform where an index named it, else null
   */
  record Found(ManifestEntity row, Manifest manifest, Image image, Platform platform) {}

  /**
   * Returns the image.
   *
   * @param reference tag, digest, or digest of the config
   * @param platform what of an index is meant
   * @param like an image whose platform is meant unless one is named
   */
  Found find(String repository, String reference, Optional<String> platform, Optional<Found> like) {
    ManifestEntity row = row(repository, reference);
    Manifest manifest = parse(row);
    if (!manifest.isIndex()) {
      return found(row, manifest, reference, null);
    }
    List<Descriptor> children =
        manifest.manifests().stream()
            .filter(child -> isMeant(child, platform, like.map(Found::platform)))
            .toList();
    if (children.size() != 1) {
      throw new RegistryException(
          ErrorCode.UNSUPPORTED,
          400,
          "%s is an index with %d images %s; name one by its digest or say platform=os/architecture"
              .formatted(
                  reference,
                  children.size(),
                  platform.map("for "::concat).orElse("to choose from")));
    }
    ManifestEntity child = store.get(repository, children.getFirst().digest());
    return found(child, parse(child), reference, children.getFirst().platform());
  }

  private ManifestEntity row(String repository, String reference) {
    Optional<ManifestEntity> known = store.tryGet(repository, reference);
    if (known.isEmpty() && Digest.tryParse(reference).isPresent()) {
      known =
          Optional.ofNullable(
              database.transact(session -> manifests.byConfig(session, repository, reference)));
    }
    return known.orElseGet(() -> store.get(repository, reference));
  }

  private static Found found(
      ManifestEntity row, Manifest manifest, String reference, Platform platform) {
    if (!row.image) {
      throw new RegistryException(
          ErrorCode.UNSUPPORTED, 400, reference + " is not an image with layers of files");
    }
    return new Found(row, manifest, new Image(Digest.parse(row.digest), reference), platform);
  }

  private static boolean isMeant(
      Descriptor child, Optional<String> wanted, Optional<Platform> like) {
    if (child.platform() == null) {
      return false;
    }
    return wanted
        .map(
            text -> text.equals(text(child.platform())) || text.equals(shortText(child.platform())))
        .orElseGet(() -> like.map(p -> Objects.equals(p, child.platform())).orElse(true));
  }

  private static String shortText(Platform platform) {
    return platform.os() + "/" + platform.architecture();
  }

  private static String text(Platform platform) {
    return platform.variant() == null
        ? shortText(platform)
        : shortText(platform) + "/" + platform.variant();
  }

  /** Returns the images that have the tree of another one under layers of their own. */
  List<ManifestEntity> restacked(String repository, String original) {
    return database.transact(
        session ->
            manifests.byAnnotation(
                session, repository, RestackedImages.ORIGINAL, original, RESTACKED_MAX));
  }

  /** Returns what a delta says of files that are compressed by themselves, 0 if it says nothing. */
  long compressedBytes(String repository, String artifact) {
    return store
        .tryGet(repository, artifact)
        .map(row -> parse(row).annotations().get(Annotations.COMPRESSED_BYTES))
        .filter(text -> text.matches(NUMBER))
        .map(Long::parseLong)
        .orElse(0L);
  }

  static Manifest parse(ManifestEntity row) {
    try {
      return OciParser.manifest(row.content, row.mediaType);
    } catch (OciFormatException e) {
      throw new IllegalStateException("the stored manifest " + row.digest + " is bad", e);
    }
  }
}
