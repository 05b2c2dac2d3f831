/**
 * Commits as container images that ostree-ext takes: the layer has the objects as a repository of
 * the mode {@code bare-split-xattrs}, and links to them where a container has its files.
 *
 * <p>Source of the format: ostree-ext's {@code tar/export.rs} and {@code container/encapsulate.rs}.
 */
package io.deltaport.ostree.capsule;
