package io.deltaport.oci;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;

/**
 * Names content by media type, digest and size. Immutable.
 *
 * <pre>{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"sha256:…","size":4711}
 * </pre>
 *
 * @param size in bytes
 * @param annotations empty when there are none
 * @param artifactType null when there is none
 * @param platform null when there is none
 * @see <a
 *     href="https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md">descriptor.md</a>
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Descriptor(
    String mediaType,
    String digest,
    long size,
    Map<String, String> annotations,
    String artifactType,
    Platform platform) {

  public Descriptor {
    annotations = annotations == null ? Map.of() : Map.copyOf(annotations);
  }

  /** A plain descriptor. */
  public static Descriptor of(String mediaType, Digest digest, long size) {
    return new Descriptor(mediaType, digest.toString(), size, Map.of(), null, null);
  }

  /** Returns a copy with these annotations instead. */
  public Descriptor withAnnotations(Map<String, String> replacement) {
    return new Descriptor(mediaType, digest, size, replacement, artifactType, platform);
  }

  /** Returns the digest parsed; the parser has checked it. */
  public Digest parsedDigest() {
    return Digest.parse(digest);
  }
}
