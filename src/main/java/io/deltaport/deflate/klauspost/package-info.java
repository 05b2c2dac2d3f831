/**
 * What the deflate compressors of klauspost/compress choose: the library that podman, skopeo,
 * buildah, containerd and many others compress layers with.
 */
package io.deltaport.deflate.klauspost;
