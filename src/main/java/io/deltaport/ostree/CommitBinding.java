package io.deltaport.ostree;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Ties a commit to a collection and to refs in it. A client that has the collection's id takes the
 * commit under these refs alone, and so does any other client.
 *
 * <p>Source of the rule: {@code _ostree_repo_verify_bindings} in libostree's {@code ostree-repo.c}.
 */
public final class CommitBinding {
  public static final String COLLECTION = "ostree.collection-binding";
  public static final String REFS = "ostree.ref-binding";

  private CommitBinding() {}

  /** Returns the commit with a binding in place of any that it had. */
  public static Commit bind(Commit commit, String collection, Collection<String> refs) {
    Map<String, Variant> metadata = new TreeMap<>(commit.metadata());
    metadata.put(COLLECTION, Variant.string(collection));
    metadata.put(REFS, Variant.strings(new TreeSet<>(refs).stream().toList()));
    return new Commit(
        metadata,
        commit.parent(),
        commit.subject(),
        commit.body(),
        commit.timestamp(),
        commit.tree(),
        commit.meta());
  }
}
