/**
 * Deltas between OS images as OCI artifacts.
 *
 * <p>Source of the format: the README of github.com/containers/oci-delta.
 */
package io.deltaport.delta.ocidelta;
