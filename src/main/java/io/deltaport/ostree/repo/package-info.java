/**
 * Reads and writes OSTree repositories: folders of objects, refs and a config, here or over HTTP.
 *
 * <p>Source of the formats: libostree's {@code ostree-repo.c} and its documentation of
 * repositories.
 */
package io.deltaport.ostree.repo;
