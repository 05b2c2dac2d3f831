package io.deltaport.image;

import io.deltaport.oci.Digest;
import io.deltaport.oci.ErrorCode;
import io.deltaport.oci.Tag;
import java.util.List;
import java.util.Optional;

/**
 * A manifest as a client hands it over.
 *
 * @param digest which the content must have, when the client says one; else it is named by sha256
 * @param tags that shall point at it, sorted, each once
 * @param contentType the request's media type without parameters, or null
 * @param content kept byte for byte
 */
public record ManifestPush(
    String repository,
    Optional<Digest> digest,
    List<String> tags,
    String contentType,
    byte[] content) {

  /** Tags that one request may set: ten times what the specification wants to be possible. */
  public static final int TAGS_MAX = 100;

  public ManifestPush {
    // Whoever moves several tags locks them in the same order, so that nobody waits in a circle.
    tags = tags.stream().distinct().sorted().toList();
  }

  /**
   * Returns a push to a reference.
   *
   * @param reference a tag or a digest
   * @param more tags that a push by digest sets as well; one by tag ignores them, as registries do
   *     that do not know this parameter
   * @throws RegistryException if the reference or a tag is malformed, or there are too many tags
   */
  public static ManifestPush to(
      String repository, String reference, List<String> more, String contentType, byte[] content) {
    if (!ManifestStore.isDigest(reference)) {
      return new ManifestPush(
          repository, Optional.empty(), List.of(reference), contentType, content);
    }
    if (more.size() > TAGS_MAX) {
      throw new RegistryException(
          ErrorCode.MANIFEST_INVALID, 414, "one push may set at most " + TAGS_MAX + " tags");
    }
    if (!more.stream().allMatch(Tag::isValid)) {
      throw new RegistryException(
          ErrorCode.MANIFEST_INVALID,
          "a tag has at most 128 letters, digits, underscores, dots and hyphens");
    }
    return new ManifestPush(
        repository, Optional.of(Digest.parse(reference)), more, contentType, content);
  }

  /** Says whether a reference is a digest, not a tag. */
  public static boolean isByDigest(String reference) {
    return ManifestStore.isDigest(reference);
  }
}
