package io.deltaport.layer;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.pack.PublishedPack;
import java.util.Optional;

/**
 * A tree that is stored as OSTree objects.
 *
 * @param commit name of the commit object
 * @param rootTree name of the dirtree at the top
 * @param rootMeta name of the dirmeta at the top
 * @param pack the dirtrees, dirmetas and commit that are new; empty when all were known
 */
public record CommittedTree(
    Checksum commit, Checksum rootTree, Checksum rootMeta, Optional<PublishedPack> pack) {}
