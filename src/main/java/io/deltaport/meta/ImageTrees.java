package io.deltaport.meta;

import io.deltaport.ostree.Checksum;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Queries on the flattened trees of images. Thread-safe. */
@ApplicationScoped
public class ImageTrees {

  /**
   * The tree of an image, or the reason why it has none.
   *
   * @param commit OSTree commit, null when opaque
   * @param tree root dirtree, null when opaque
   * @param meta root dirmeta, null when opaque
   * @param reason null when absorbed
   */
  public record Tree(Checksum commit, Checksum tree, Checksum meta, String reason) {
    /** Says whether the objects of the tree are stored. */
    public boolean absorbed() {
      return commit != null;
    }
  }

  /** Returns the tree, or null when the image was not looked into yet. */
  public Uni<Tree> find(StatelessSession session, String manifestDigest) {
    return session
        .createNativeQuery(
            """
            select encode(commit_checksum, 'hex'), encode(tree_checksum, 'hex'),
              encode(meta_checksum, 'hex'), reason
            from image_tree where manifest_digest = :digest""",
            Object[].class)
        .setParameter("digest", manifestDigest)
        .getSingleResultOrNull()
        .map(
            row ->
                row == null
                    ? null
                    : new Tree(
                        checksum(row[0]), checksum(row[1]), checksum(row[2]), (String) row[3]));
  }

  private static Checksum checksum(Object hex) {
    return hex == null ? null : Checksum.parse((String) hex);
  }

  /** Records the outcome; an earlier one for the same manifest is replaced. */
  public Uni<Void> record(StatelessSession session, String manifestDigest, Tree tree) {
    return session
        .createNativeQuery(
            """
            insert into image_tree
              (manifest_digest, commit_checksum, tree_checksum, meta_checksum, reason)
            values (:digest, decode(:commit, 'hex'), decode(:tree, 'hex'), decode(:meta, 'hex'),
              :reason)
            on conflict (manifest_digest) do update set
              commit_checksum = excluded.commit_checksum, tree_checksum = excluded.tree_checksum,
              meta_checksum = excluded.meta_checksum, reason = excluded.reason,
              packs_known = false""")
        .setParameter("digest", manifestDigest)
        .setParameter("commit", hex(tree.commit()))
        .setParameter("tree", hex(tree.tree()))
        .setParameter("meta", hex(tree.meta()))
        .setParameter("reason", tree.reason())
        .executeUpdate()
        .replaceWithVoid();
  }

  private static String hex(Checksum checksum) {
    return checksum == null ? null : checksum.hex();
  }
}
