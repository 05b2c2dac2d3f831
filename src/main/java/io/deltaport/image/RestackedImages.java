package io.deltaport.image;

/** How restacked images are marked: annotations of their manifests. */
public final class RestackedImages {
  /** Digest of the image whose tree this is. */
  public static final String ORIGINAL = "io.deltaport.restacked.original";

  /** How many layers of changes are on top of a whole image. */
  static final String STEPS = "io.deltaport.restacked.steps";

  private RestackedImages() {}
}
