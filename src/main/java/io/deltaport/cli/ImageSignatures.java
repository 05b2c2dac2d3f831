package io.deltaport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.deltaport.delta.ocidelta.EmbeddedSignatures.Signature;
import io.deltaport.oci.Descriptor;
import io.deltaport.oci.Digest;
import io.deltaport.oci.Manifest;
import io.deltaport.oci.MediaTypes;
import io.deltaport.oci.OciParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the signatures of an image on a server, in each of the ways in which cosign keeps them:
 * under the tag {@code sha256-<hex>.sig}, as a referrer with the same content, and as a referrer
 * with a bundle. Attestations, which are bundles too, are left out: they tell of the image's
 * making, and can be large.
 *
 * @see <a
 *     href="https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md">SIGNATURE_SPEC.md</a>
 */
final class ImageSignatures {
  /** Those that a team, its build and its release process make of one image are a handful. */
  static final int SIGNATURES_MAX = 32;

  /** A certificate chain and the proofs of a log are some 10 KiB. */
  static final int SIGNATURE_BYTES_MAX = 4 << 20;

  private static final String[] REFERRER_TYPES = {
    "application/vnd.dev.cosign.artifact.sig.v1+json",
    "application/vnd.dev.sigstore.bundle.v0.3+json",
  };

  private static final String PREDICATE_TYPE = "dev.sigstore.bundle.predicateType";
  private static final String PREDICATE_SIGNATURE = "https://sigstore.dev/cosign/sign/v1";

  private ImageSignatures() {}

  /**
   * Returns the first {@value #SIGNATURES_MAX} signatures.
   *
   * @param digest of the image's manifest
   */
  static List<Signature> of(ApiClient client, String repository, Digest digest) throws IOException {
    Set<String> references = new LinkedHashSet<>();
    references.add(digest.algorithm() + "-" + digest.hex() + ".sig");
    for (String type : REFERRER_TYPES) {
      references.addAll(referrers(client, repository, digest, type));
    }
    Set<Digest> seen = new HashSet<>();
    List<Signature> signatures = new ArrayList<>();
    for (String reference : references.stream().limit(SIGNATURES_MAX).toList()) {
      read(client, repository, reference)
          .filter(signature -> seen.add(signature.digest()))
          .ifPresent(signatures::add);
    }
    return signatures;
  }

  private static Optional<Signature> read(ApiClient client, String repository, String reference)
      throws IOException {
    Optional<byte[]> content =
        client.find("/v2/" + repository + "/manifests/" + reference, OciParser.MANIFEST_BYTES_MAX);
    if (content.isEmpty()) {
      return Optional.empty();
    }
    Digest digest = Digest.sha256(content.get());
    if (reference.startsWith("sha256:") && !digest.toString().equals(reference)) {
      throw new CliException("the server sent something else than the signature " + reference);
    }
    Manifest manifest = OciParser.manifest(content.get(), null);
    if (!MediaTypes.isManifest(manifest.mediaType())) {
      return Optional.empty();
    }
    Signature signature = new Signature(digest, content.get(), manifest);
    for (Descriptor blob : signature.blobs()) {
      if (blob.size() > SIGNATURE_BYTES_MAX) {
        throw new CliException(
            "the signature %s has a part of %d bytes; at most %d are taken"
                .formatted(reference, blob.size(), SIGNATURE_BYTES_MAX));
      }
    }
    return Optional.of(signature);
  }

  private static Set<String> referrers(
      ApiClient client, String repository, Digest digest, String type) throws IOException {
    String path =
        "/v2/%s/referrers/%s?artifactType=%s".formatted(repository, digest, ApiClient.encode(type));
    Optional<byte[]> index = client.find(path, OciParser.MANIFEST_BYTES_MAX);
    Set<String> digests = new LinkedHashSet<>();
    if (index.isPresent()) {
      JsonNode list = Json.parse(new String(index.get(), StandardCharsets.UTF_8));
      for (JsonNode referrer : list.path("manifests")) {
        String predicate =
            referrer.path("annotations").path(PREDICATE_TYPE).asText(PREDICATE_SIGNATURE);
        // A server that does not filter sends all of them.
        if (referrer.path("artifactType").asText().equals(type)
            && predicate.equals(PREDICATE_SIGNATURE)) {
          digests.add(referrer.path("digest").asText());
        }
      }
    }
    return digests;
  }
}
