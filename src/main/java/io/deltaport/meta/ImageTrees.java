package io.deltaport.meta;

import io.deltaport.ostree.Checksum;
import io.deltaport.util.Hex;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Queries on the flattened trees of images. Thread-safe. */
@ApplicationScoped
public class ImageTrees {

  /**
   * What became of an image: its tree as OSTree stores it, or the reason why it has none.
   *
   * @param absorbed whether its layers are objects and recipes, so that deltas can be made
   * @param commit OSTree commit, null when there is no tree
   * @param tree root dirtree, null when there is no tree
   * @param meta root dirmeta, null when there is no tree
   * @param detached detached metadata that came with the image's own commit, else null
   * @param reason why there is no tree, else null
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared as a record
  public record Tree(
      boolean absorbed,
      Checksum commit,
      Checksum tree,
      Checksum meta,
      byte[] detached,
      String reason) {
    /** An image that is kept as it was pushed. */
    public static Tree opaque(String reason) {
      return new Tree(false, null, null, null, null, reason);
    }

    /** An image that is absorbed, but OSTree cannot store its tree. */
    public static Tree withoutCommit(String reason) {
      return new Tree(true, null, null, null, null, reason);
    }
  }

  /** Returns the tree, or null when the image was not looked into yet. */
  public Uni<Tree> find(StatelessSession session, String manifestDigest) {
    return session
        .createNativeQuery(
            """
            select encode(commit_checksum, 'hex'), encode(tree_checksum, 'hex'),
              encode(meta_checksum, 'hex'), reason, absorbed, detached
            from image_tree where manifest_digest = :digest""",
            Object[].class)
        .setParameter("digest", manifestDigest)
        .getSingleResultOrNull()
        .map(
            row ->
                row == null
                    ? null
                    : new Tree(
                        (Boolean) row[4],
                        checksum(row[0]),
                        checksum(row[1]),
                        checksum(row[2]),
                        (byte[]) row[5],
                        (String) row[3]));
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
              (manifest_digest, commit_checksum, tree_checksum, meta_checksum, detached, reason,
                absorbed)
            values (:digest, decode(:commit, 'hex'), decode(:tree, 'hex'), decode(:meta, 'hex'),
              decode(:detached, 'hex'), :reason, :absorbed)
            on conflict (manifest_digest) do update set
              commit_checksum = excluded.commit_checksum, tree_checksum = excluded.tree_checksum,
              meta_checksum = excluded.meta_checksum, reason = excluded.reason,
              detached = excluded.detached, absorbed = excluded.absorbed, packs_known = false""")
        .setParameter("digest", manifestDigest)
        .setParameter("commit", hex(tree.commit()))
        .setParameter("tree", hex(tree.tree()))
        .setParameter("meta", hex(tree.meta()))
        .setParameter("detached", tree.detached() == null ? null : Hex.encode(tree.detached()))
        .setParameter("reason", tree.reason())
        .setParameter("absorbed", tree.absorbed())
        .executeUpdate()
        .replaceWithVoid();
  }

  private static String hex(Checksum checksum) {
    return checksum == null ? null : checksum.hex();
  }
}
