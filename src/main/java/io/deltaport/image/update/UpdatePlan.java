package io.deltaport.image.update;

import io.deltaport.oci.Digest;
import java.util.List;

/**
 * Every way from one image to another. Immutable.
 *
 * @param source null for a device that has nothing
 * @param fullBytes what a device without anything pulls
 * @param ways those that can be taken now, cheapest first, then those that could be made
 */
public record UpdatePlan(
    String repository, Image source, Image target, long fullBytes, List<Way> ways) {
  public UpdatePlan {
    ways = List.copyOf(ways);
  }

  /** An image: its manifest, and the tag or digest that it was asked for by. */
  public record Image(Digest digest, String reference) {}

  /** What kind of client takes a way, and what it fetches. */
  public enum Kind {
    /** Any client: the layers that it lacks. */
    PULL,
    /** Any client that follows a restacked tag: the layers of that image that it lacks. */
    RESTACKED,
    /** Clients that apply oci-delta artifacts: one, or several after each other. */
    OCI_DELTA,
    /** OSTree clients: a static delta between the images' commits. */
    STATIC_DELTA
  }

  /**
   * A way.
   *
   * @param bytes that cross the network; -1 while the way is not made
   * @param steps what is fetched after each other; empty while the way is not made
   * @param compressedBytes about how many of the bytes are changed files that are compressed by
   *     themselves, as far as the delta says it
   */
  public record Way(Kind kind, long bytes, List<Step> steps, long compressedBytes) {
    /** From this share on they are what makes a delta large. */
    private static final double COMPRESSED_SHARE_MIN = 0.5;

    public Way {
      steps = List.copyOf(steps);
    }

    Way(Kind kind, long bytes, List<Step> steps) {
      this(kind, bytes, steps, 0);
    }

    /** Says whether most of it would be saved if the image had such files plain. */
    public boolean isMostlyCompressed() {
      return isReady() && compressedBytes > COMPRESSED_SHARE_MIN * bytes;
    }

    /** Returns a way that could be made. */
    static Way unmade(Kind kind) {
      return new Way(kind, -1, List.of());
    }

    /** Says whether a device can take it now. */
    public boolean isReady() {
      return bytes >= 0;
    }
  }

  /**
   * A thing that is fetched.
   *
   * @param from null where nothing is needed for it
   * @param name digest of a manifest, or id of a static delta
   */
  public record Step(String from, String to, String name, long bytes) {}
}
