package io.deltaport.image.refs;

import io.deltaport.meta.FormerImages;
import io.deltaport.meta.ManifestEntity;
import io.deltaport.meta.OstreeRefs;
import io.deltaport.meta.OstreeRefs.TaggedIndex;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * Names the refs that lead to an image by its tags of this moment, and those that led to it until
 * another image took its place. Thread-safe.
 */
@ApplicationScoped
class ImageRefs {
  /** Tags and indexes of an image that are looked at: a commit is read for each pull. */
  private static final int TAGS_MAX = 100;

  private final OstreeRefs refs;
  private final FormerImages formers;

  ImageRefs(OstreeRefs refs, FormerImages formers) {
    this.refs = refs;
    this.formers = formers;
  }

  /**
   * The refs of an image.
   *
   * @param names in their order
   * @param suffixes what follows a tag in them: nothing, or a slash and a platform
   */
  record Names(Set<String> names, Set<String> suffixes) {}

  Uni<Names> of(StatelessSession session, ManifestEntity image) {
    return refs.tags(session, image.repositoryId, image.id, TAGS_MAX)
        .flatMap(
            tags ->
                refs.indexes(session, image.repositoryId, image.digest, TAGS_MAX)
                    .flatMap(
                        indexes ->
                            formers
                                .refs(session, image.id, TAGS_MAX)
                                .map(former -> names(image.digest, tags, indexes, former))));
  }

  private static Names names(
      String digest, List<String> tags, List<TaggedIndex> indexes, List<String> former) {
    Set<String> names = new TreeSet<>(tags);
    names.addAll(former);
    for (TaggedIndex index : indexes) {
      RefFollower.images(index)
          .forEach(
              (ref, image) -> {
                if (image.equals(digest)) {
                  names.add(ref);
                }
              });
    }
    Set<String> suffixes = new TreeSet<>();
    names.forEach(ref -> suffixes.add(RefNames.suffix(ref)));
    if (names.isEmpty() && indexes.isEmpty()) {
      suffixes.add("");
    }
    return new Names(names, suffixes);
  }
}
