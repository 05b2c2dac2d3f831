/** The OCI distribution API: what podman, skopeo, containerd and every other client speaks. */
package io.deltaport.registry;
