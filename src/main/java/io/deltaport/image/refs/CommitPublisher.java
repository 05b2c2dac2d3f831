package io.deltaport.image.refs;

import io.deltaport.image.refs.ImageRefs.Names;
import io.deltaport.meta.Database;
import io.deltaport.meta.ImageTrees;
import io.deltaport.meta.ManifestEntity;
import io.deltaport.meta.OstreeCommits;
import io.deltaport.meta.StoredObjects;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Commit;
import io.deltaport.ostree.Variant;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.pack.PackedObjects;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * Gives images the commits that their repositories offer to OSTree clients. Thread-safe.
 *
 * <p>An image has one commit in a repository, however many tags lead to it. The parent of one that
 * is made here is the commit of the image that its tag led to before, or the one at which its tag's
 * ref is; one that came with the image stays as it is.
 */
@ApplicationScoped
public class CommitPublisher {
  private static final String MANIFEST_DIGEST = "ostree.manifest-digest";

  /** No commit object is longer: its metadata are a few texts. */
  private static final int COMMIT_BYTES_MAX = 16 << 20;

  private final Database database;
  private final OstreeCommits commits;
  private final PackedObjects objects;
  private final RefFollower refs;
  private final ImageRefs names;
  private final CommitParents parents;
  private final CommitBindings bindings;

  CommitPublisher(
      Database database,
      OstreeCommits commits,
      StoredObjects stored,
      Driver driver,
      RefFollower refs,
      ImageRefs names,
      CommitParents parents,
      CommitBindings bindings) {
    this.database = database;
    this.commits = commits;
    this.objects = PackedObjects.verifying(driver, stored);
    this.refs = refs;
    this.names = names;
    this.parents = parents;
    this.bindings = bindings;
  }

  /**
   * Makes the commit of an image where it is missing and lets the refs of its tags follow.
   *
   * @param tree the image's tree: its own commit, or one without parent that was made of it
   */
  public void publish(ManifestEntity image, ImageTrees.Tree tree) throws IOException {
    make(image, tree);
    refs.follow(image.repositoryId);
  }

  /** As {@link #publish}, but the refs stay where they are until the caller lets them follow. */
  public void make(ManifestEntity image, ImageTrees.Tree tree) throws IOException {
    if (!database.transact(session -> commits.exists(session, image.id))) {
      byte[] content = read(tree.commit());
      Commit commit = Commit.decode(content);
      if (isMadeOf(image, commit)) {
        database.transact(session -> record(session, image, commit));
      } else {
        database.transact(session -> recordOwn(session, image, content, tree.detached()));
      }
    }
  }

  /**
   * Says whether a tag leads to the image, by itself or by an index, or led to it until another.
   */
  public boolean isReleased(ManifestEntity image) {
    return database.transact(session -> commits.isReleased(session, image.repositoryId, image.id));
  }

  /** Tells a commit that was made of the image from one that came in it: that cannot name it. */
  private static boolean isMadeOf(ManifestEntity image, Commit commit) throws IOException {
    Variant digest = commit.metadata().get(MANIFEST_DIGEST);
    return digest != null && digest.type().equals("s") && digest.asString().equals(image.digest);
  }

  private Uni<Integer> recordOwn(
      StatelessSession session, ManifestEntity image, byte[] content, byte[] detached) {
    return commits
        .record(session, image.repositoryId, image.id, content)
        .call(() -> commits.attach(session, image.id, detached));
  }

  private byte[] read(Checksum object) throws IOException {
    try (InputStream in = objects.open(object)) {
      return in.readNBytes(COMMIT_BYTES_MAX);
    }
  }

  private Uni<Integer> record(StatelessSession session, ManifestEntity image, Commit tree) {
    return names
        .of(session, image)
        .flatMap(refsOfImage -> record(session, image, tree, refsOfImage));
  }

  private Uni<Integer> record(
      StatelessSession session, ManifestEntity image, Commit tree, Names names) {
    return parents
        .of(session, image, names)
        .flatMap(parent -> after(session, image, tree, parent.orElse(null)))
        .flatMap(commit -> bindings.bind(session, image, commit, names))
        .flatMap(commit -> commits.record(session, image.repositoryId, image.id, commit.encode()));
  }

  /** An image that does not say when it was built is as old as its push. */
  private Uni<Commit> after(
      StatelessSession session, ManifestEntity image, Commit tree, Checksum parent) {
    return commits
        .pushedAt(session, image.id)
        .map(pushedAt -> tree.after(parent, pushedAt.getEpochSecond()));
  }
}
