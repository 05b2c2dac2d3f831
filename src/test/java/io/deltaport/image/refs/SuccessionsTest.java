package io.deltaport.image.refs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.image.refs.Successions.Tagged;
import io.deltaport.meta.FormerImages.Succession;
import io.deltaport.oci.Digest;
import io.deltaport.oci.MediaTypes;
import io.deltaport.oci.OciFormatException;
import io.deltaport.oci.OciParser;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SuccessionsTest {
  private static final String A = digest("a");
  private static final String B = digest("b");
  private static final String C = digest("c");

  private static String digest(String text) {
    return Digest.sha256(text.getBytes(UTF_8)).toString();
  }

  private static Tagged image(String digest) throws OciFormatException {
    String content =
        """
        {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"%s","digest":"%s","size":2},\
        "layers":[]}"""
            .formatted(
                MediaTypes.OCI_MANIFEST,
                "application/vnd.oci.image.config.v1+json",
                digest("config of " + digest));
    return new Tagged(OciParser.manifest(content.getBytes(UTF_8), MediaTypes.OCI_MANIFEST), digest);
  }

  /**
   * Makes an index.
   *
   * @param images each {@code architecture=digest}
   */
  private static Tagged index(String... images) throws OciFormatException {
    String manifests =
        Stream.of(images)
            .map(image -> image.split("="))
            .map(
                image ->
                    """
                    {"mediaType":"%s","digest":"%s","size":2,\
                    "platform":{"os":"linux","architecture":"%s"}}"""
                        .formatted(MediaTypes.OCI_MANIFEST, image[1], image[0]))
            .collect(Collectors.joining(","));
    String content =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
            .formatted(MediaTypes.OCI_INDEX, manifests);
    return new Tagged(
        OciParser.manifest(content.getBytes(UTF_8), MediaTypes.OCI_INDEX), digest(content));
  }

  @Test
  void anImageFollowsAnImage() throws OciFormatException {
    assertThat(Successions.of("r", image(A), image(B)))
        .containsExactly(new Succession(B, "r", A, "r"));
    assertThat(Successions.of("r", image(A), image(A))).isEmpty();
  }

  @Test
  void platformsFollowTheirOwn() throws OciFormatException {
    assertThat(Successions.of("r", index("amd64=" + A, "arm64=" + B), index("arm64=" + C)))
        .containsExactly(new Succession(C, "r/arm64", B, "r/arm64"));
    assertThat(Successions.of("r", index("amd64=" + A), index("arm64=" + B))).isEmpty();
    assertThat(Successions.of("r", index("amd64=" + A), index("amd64=" + A, "arm64=" + B)))
        .isEmpty();
  }

  @Test
  void allPlatformsFollowAnImageAndAnImageTheOnlyOne() throws OciFormatException {
    assertThat(Successions.of("r", image(A), index("amd64=" + B, "arm64=" + C, "unknown=" + A)))
        .containsExactlyInAnyOrder(
            new Succession(B, "r/amd64", A, "r"), new Succession(C, "r/arm64", A, "r"));
    assertThat(Successions.of("r", index("amd64=" + A), image(B)))
        .containsExactly(new Succession(B, "r", A, "r/amd64"));
    assertThat(Successions.of("r", index("amd64=" + A, "arm64=" + C), image(B))).isEmpty();
  }
}
