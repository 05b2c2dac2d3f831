package io.deltaport.image.refs;

import io.deltaport.image.StoredManifest;
import io.deltaport.meta.Database;
import io.deltaport.meta.OstreeRefs;
import io.deltaport.meta.OstreeRefs.Move;
import io.deltaport.meta.OstreeRefs.TaggedIndex;
import io.deltaport.meta.OstreeRefs.Target;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;
import org.jboss.logging.Logger;

/**
 * Moves OSTree refs to where their tags are, and asks for the static deltas to there. Thread-safe.
 *
 * <p>A tag of an image is a ref of the same name; a tag of an index is one ref for each platform,
 * {@code tag/architecture} or {@code tag/architecture/variant}. A ref stays where it was until the
 * commit of the tag's new image is there, and goes with its tag.
 */
@ApplicationScoped
public class RefFollower {
  private static final Logger LOG = Logger.getLogger(RefFollower.class);

  /** Refs that one transaction moves. */
  private static final int BATCH = 100;

  private final Database database;
  private final OstreeRefs refs;
  private final StaticDeltaPolicy deltas;

  RefFollower(Database database, OstreeRefs refs, StaticDeltaPolicy deltas) {
    this.database = database;
    this.refs = refs;
    this.deltas = deltas;
  }

  /** Moves the refs of a repository. */
  public void follow(long repositoryId) {
    followAll(repositoryId);
  }

  /** Moves the refs of all repositories that are behind their tags. */
  public void followAll() {
    followAll(null);
  }

  private void followAll(Long repositoryId) {
    List<Move> moved;
    do {
      moved =
          log(
              database.transact(
                  session ->
                      refs.behind(session, repositoryId, BATCH)
                          .flatMap(targets -> moveImages(session, targets))
                          .call(moves -> deltas.moved(session, moves))));
    } while (moved.size() >= BATCH);
    followIndexes(repositoryId);
  }

  /** Looks at each index once: some never have a ref for each of their images. */
  private void followIndexes(Long repositoryId) {
    List<TaggedIndex> page;
    long after = 0;
    do {
      long last = after;
      page = database.transact(session -> refs.indexesBehind(session, repositoryId, last, BATCH));
      for (TaggedIndex index : page) {
        log(
            database.transact(
                session -> moveIndex(session, index).call(moves -> deltas.moved(session, moves))));
        after = index.tagId();
      }
    } while (page.size() >= BATCH);
  }

  private static List<Move> log(List<Move> moved) {
    for (Move move : moved) {
      LOG.debugf("OSTree ref %s moved to commit %d", move.name(), move.to());
    }
    return moved;
  }

  private Uni<List<Move>> moveImages(StatelessSession session, List<Target> targets) {
    List<Move> moved = new ArrayList<>();
    Uni<Void> chain = Uni.createFrom().voidItem();
    for (Target target : targets) {
      chain =
          chain
              .flatMap(ignored -> move(session, target, moved))
              .call(() -> refs.keepOnly(session, target.tagId(), List.of(target.name())));
    }
    return chain.replaceWith(moved);
  }

  private Uni<Void> move(StatelessSession session, Target target, List<Move> moved) {
    return refs.move(session, target)
        .invoke(
            move -> {
              if (move != null) {
                moved.add(move);
              }
            })
        .replaceWithVoid();
  }

  private Uni<List<Move>> moveIndex(StatelessSession session, TaggedIndex index) {
    List<Move> moved = new ArrayList<>();
    Map<String, String> images = images(index);
    Uni<Void> chain = Uni.createFrom().voidItem();
    for (Map.Entry<String, String> image : images.entrySet()) {
      chain =
          chain.flatMap(
              ignored -> moveImage(session, index, image.getKey(), image.getValue(), moved));
    }
    return chain
        .call(() -> refs.keepOnly(session, index.tagId(), List.copyOf(images.keySet())))
        .replaceWith(moved);
  }

  private Uni<Void> moveImage(
      StatelessSession session, TaggedIndex index, String name, String digest, List<Move> moved) {
    return refs.commitOf(session, index.repositoryId(), digest)
        .flatMap(
            commit ->
                commit == null
                    ? Uni.createFrom().voidItem()
                    : move(
                        session,
                        new Target(index.repositoryId(), name, index.tagId(), commit),
                        moved));
  }

  /** Returns the images of an index by the names of their refs. */
  static Map<String, String> images(TaggedIndex index) {
    return RefNames.ofIndex(
        index.tag(),
        StoredManifest.parse(index.content(), index.mediaType(), "index of tag " + index.tag()));
  }
}
