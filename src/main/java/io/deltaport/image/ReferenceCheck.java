package io.deltaport.image;

import io.deltaport.meta.Blobs;
import io.deltaport.meta.Manifests;
import io.deltaport.meta.Manifests.Reference;
import io.deltaport.oci.Descriptor;
import io.deltaport.oci.ErrorCode;
import io.deltaport.oci.Manifest;
import io.deltaport.oci.MediaTypes;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * Looks up what a manifest names in its own repository, and in no other. Thread-safe.
 *
 * <p>Children are looked up, not followed: each was checked when it was pushed. Indexes that share
 * children therefore cost what their own lists cost.
 */
@ApplicationScoped
class ReferenceCheck {
  private final Blobs blobs;
  private final Manifests manifests;
  private final SparseManifests sparse;

  ReferenceCheck(
      Blobs blobs,
      Manifests manifests,
      @ConfigProperty(name = "deltaport.sparse-manifests") SparseManifests sparse) {
    this.blobs = blobs;
    this.manifests = manifests;
    this.sparse = sparse;
  }

  /**
   * What a manifest names.
   *
   * @param complete whether the repository has all blobs, also those it may lack: only then may
   *     jobs read them, because the store would hand out those of other repositories as well
   * @param references what garbage collection must keep for the manifest
   */
  record Checked(boolean complete, List<Reference> references) {}

  /**
   * Checks the manifest in the caller's transaction; what it names stays locked until its end.
   *
   * @return fails with MANIFEST_BLOB_UNKNOWN or, when a size is wrong, with MANIFEST_INVALID
   */
  Uni<Checked> check(StatelessSession session, long repository, Manifest manifest) {
    List<Descriptor> named = blobs(manifest);
    List<Descriptor> children = manifest.manifests();
    return blobs
        .sizes(session, repository, digests(named))
        .flatMap(
            found -> {
              check("blob", required(named), found, sparse.allowMissingBlobs());
              return manifests
                  .sizes(session, repository, digests(children))
                  .invoke(
                      there -> check("manifest", children, there, sparse.allowMissingManifests()))
                  .map(ignored -> new Checked(areAll(named, found), references(manifest, found)));
            });
  }

  private static void check(
      String what, List<Descriptor> wanted, Map<String, Long> sizes, boolean mayMiss) {
    for (Descriptor descriptor : wanted) {
      Long size = sizes.get(descriptor.digest());
      if (size == null && !mayMiss) {
        throw new RegistryException(
            ErrorCode.MANIFEST_BLOB_UNKNOWN,
            "push the " + what + " " + descriptor.digest() + " first; the manifest names it");
      }
      if (size != null && size != descriptor.size()) {
        throw new RegistryException(
            ErrorCode.MANIFEST_INVALID,
            "the %s %s has %d bytes, not %d as the manifest says"
                .formatted(what, descriptor.digest(), size, descriptor.size()));
      }
    }
  }

  private static boolean areAll(List<Descriptor> named, Map<String, Long> sizes) {
    return named.stream()
        .allMatch(blob -> Long.valueOf(blob.size()).equals(sizes.get(blob.digest())));
  }

  private static List<Reference> references(Manifest manifest, Map<String, Long> found) {
    List<Reference> references = new ArrayList<>();
    for (Descriptor blob : blobs(manifest)) {
      if (!MediaTypes.isNonDistributable(blob.mediaType()) || found.containsKey(blob.digest())) {
        references.add(new Reference("blob", blob.digest()));
      }
    }
    manifest
        .manifests()
        .forEach(child -> references.add(new Reference("manifest", child.digest())));
    return references;
  }

  private static List<Descriptor> blobs(Manifest manifest) {
    List<Descriptor> blobs = new ArrayList<>();
    if (manifest.config() != null) {
      blobs.add(manifest.config());
    }
    blobs.addAll(manifest.layers());
    return blobs;
  }

  private static List<Descriptor> required(List<Descriptor> blobs) {
    return blobs.stream().filter(blob -> !MediaTypes.isNonDistributable(blob.mediaType())).toList();
  }

  private static Set<String> digests(List<Descriptor> descriptors) {
    return descriptors.stream().map(Descriptor::digest).collect(Collectors.toSet());
  }
}
