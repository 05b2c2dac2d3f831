package io.deltaport.image;

import io.deltaport.delta.ocidelta.DeltaImage;
import io.deltaport.layer.FlatTree;
import io.deltaport.layer.NotAbsorbableException;
import io.deltaport.meta.ManifestEntity;
import io.deltaport.oci.OciFormatException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.Optional;

/** The files of absorbed images as their layers brought them. Thread-safe. */
@ApplicationScoped
public class ImageFiles {
  private final ManifestStore manifests;
  private final StoredImage images;
  private final ImageAbsorption absorption;

  ImageFiles(ManifestStore manifests, StoredImage images, ImageAbsorption absorption) {
    this.manifests = manifests;
    this.images = images;
    this.absorption = absorption;
  }

  /** Applies the layers of an image; nothing when it is gone or is no image of files. */
  public Optional<FlatTree> find(String repository, String digest) throws IOException {
    Optional<ManifestEntity> manifest = manifests.tryGet(repository, digest);
    if (manifest.isEmpty()) {
      return Optional.empty();
    }
    try {
      DeltaImage image = images.read(manifest.get());
      return Optional.of(absorption.flatten(image));
    } catch (NotAbsorbableException | OciFormatException e) {
      return Optional.empty();
    }
  }
}
