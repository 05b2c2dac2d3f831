package io.deltaport.image.refs;

import io.deltaport.meta.Database;
import io.deltaport.meta.ManifestEntity;
import io.deltaport.meta.OstreeCommits;
import io.deltaport.meta.StoredObjects;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Commit;
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
 * <p>An image has one commit in a repository, however many tags lead to it. Its parent is the
 * commit at which its tag's ref was when the commit was made.
 */
@ApplicationScoped
public class CommitPublisher {
  /** No commit object is longer: its metadata are a few texts. */
  private static final int COMMIT_BYTES_MAX = 16 << 20;

  private final Database database;
  private final OstreeCommits commits;
  private final PackedObjects objects;
  private final RefFollower refs;

  CommitPublisher(
      Database database,
      OstreeCommits commits,
      StoredObjects stored,
      Driver driver,
      RefFollower refs) {
    this.database = database;
    this.commits = commits;
    this.objects = PackedObjects.verifying(driver, stored);
    this.refs = refs;
  }

  /**
   * Makes the commit of an image where it is missing and lets the refs of its tags follow.
   *
   * @param tree the commit of the image's tree alone, without parent
   */
  public void publish(ManifestEntity image, Checksum tree) throws IOException {
    if (!database.transact(session -> commits.exists(session, image.id))) {
      Commit commit = read(tree);
      database.transact(session -> record(session, image, commit));
    }
    refs.follow(image.repositoryId);
  }

  private Commit read(Checksum object) throws IOException {
    try (InputStream in = objects.open(object)) {
      return Commit.decode(in.readNBytes(COMMIT_BYTES_MAX));
    }
  }

  private Uni<Integer> record(StatelessSession session, ManifestEntity image, Commit tree) {
    return commits
        .parent(session, image.repositoryId, image.id)
        .flatMap(
            parent ->
                commits
                    .pushedAt(session, image.id)
                    .flatMap(
                        pushedAt ->
                            commits.record(
                                session,
                                image.repositoryId,
                                image.id,
                                // An image that does not say when it was built is as old as its
                                // push.
                                tree.after(parent, pushedAt.getEpochSecond()).encode())));
  }
}
