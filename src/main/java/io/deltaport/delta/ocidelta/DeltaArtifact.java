package io.deltaport.delta.ocidelta;

import io.deltaport.oci.Descriptor;
import io.deltaport.oci.Digest;
import java.util.List;

/**
 * A delta whose blobs are stored.
 *
 * @param manifest the artifact's manifest
 * @param digest of that manifest
 * @param blobs everything that the manifest names: the empty config first, then its layers
 * @param sizeBytes what a device fetches: manifest and blobs
 * @param fullBytes what it would fetch of the target instead, having none of it
 */
public record DeltaArtifact(
    byte[] manifest, Digest digest, List<Descriptor> blobs, long sizeBytes, long fullBytes) {}
