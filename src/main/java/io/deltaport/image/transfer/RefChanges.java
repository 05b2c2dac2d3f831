package io.deltaport.image.transfer;

import io.deltaport.image.RegistryException;
import io.deltaport.image.refs.RefFollower;
import io.deltaport.meta.Database;
import io.deltaport.meta.ImportedRefs;
import io.deltaport.meta.ImportedRefs.Change;
import io.deltaport.meta.ImportedRefs.Outcome;
import io.deltaport.meta.ImportedRefs.Ref;
import io.deltaport.meta.Repositories;
import io.deltaport.oci.ErrorCode;
import io.deltaport.ostree.RefName;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Comparator;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Lists refs, and changes those that follow no tag. Thread-safe. */
@ApplicationScoped
public class RefChanges {
  private final Database database;
  private final Repositories repositories;
  private final ImportedRefs refs;
  private final RefFollower follower;
  private final boolean deletion;

  RefChanges(
      Database database,
      Repositories repositories,
      ImportedRefs refs,
      RefFollower follower,
      @ConfigProperty(name = "deltaport.deletion") boolean deletion) {
    this.database = database;
    this.repositories = repositories;
    this.refs = refs;
    this.follower = follower;
    this.deletion = deletion;
  }

  /** Returns at most {@code limit} refs after {@code last} in byte order. */
  public List<Ref> list(String repository, String last, int limit) {
    Long id = database.transact(session -> repositories.find(session, repository));
    return id == null
        ? List.of()
        : database.transact(session -> refs.list(session, id, last, limit));
  }

  /**
   * Makes all changes, or none.
   *
   * @throws RegistryException if a name is none, a ref is not where it was expected (412), follows
   *     a tag (409), or its commit is not there; or if a ref shall go where deletion is off
   */
  public void apply(String repository, List<Change> changes) {
    for (Change change : changes) {
      if (!RefName.isValid(change.name())) {
        throw new RegistryException(
            ErrorCode.NAME_INVALID, "a ref has letters, digits and . _ - in parts divided by /");
      }
      if (change.to() == null && !deletion) {
        throw new RegistryException(
            ErrorCode.UNSUPPORTED, "this registry deletes nothing: deltaport.deletion is off");
      }
    }
    long id = database.transact(session -> repositories.findOrCreate(session, repository));
    // In one order, so that two who change the same refs do not wait for each other forever.
    List<Change> ordered = changes.stream().sorted(Comparator.comparing(Change::name)).toList();
    database.transactOnce(session -> apply(session, id, ordered));
    // A tag of the same name takes the ref over.
    follower.follow(id);
  }

  private Uni<Boolean> apply(StatelessSession session, long id, List<Change> changes) {
    Uni<Boolean> chain = Uni.createFrom().item(true);
    for (Change change : changes) {
      chain =
          chain.flatMap(
              ignored ->
                  refs.set(session, id, change)
                      .invoke(outcome -> check(change, outcome))
                      .replaceWith(true));
    }
    return chain;
  }

  private static void check(Change change, Outcome outcome) {
    switch (outcome) {
      case DONE -> {}
      case MOVED ->
          throw new RegistryException(
              ErrorCode.UNSUPPORTED,
              412,
              "the ref " + change.name() + " is not at the commit that was expected");
      case TAGGED ->
          throw new RegistryException(
              ErrorCode.DENIED, 409, "the ref " + change.name() + " follows the tag of that name");
      case NO_COMMIT ->
          throw new RegistryException(
              ErrorCode.MANIFEST_UNKNOWN,
              "the commit " + change.to() + " of the ref " + change.name() + " is not there");
    }
  }

  /** Sets how many commits before a ref's own stay in the repository; null for all. */
  public void keepHistory(String repository, Integer commits) {
    Long id = database.transact(session -> repositories.find(session, repository));
    if (id == null) {
      throw new RegistryException(ErrorCode.NAME_UNKNOWN, "there is no repository " + repository);
    }
    database.transact(session -> refs.keepHistory(session, id, commits));
  }
}
