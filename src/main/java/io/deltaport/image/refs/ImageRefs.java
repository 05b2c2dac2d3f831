package io.deltaport.image.refs;

import io.deltaport.meta.ManifestEntity;
import io.deltaport.meta.OstreeRefs;
import io.deltaport.meta.OstreeRefs.TaggedIndex;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Names the refs that lead to an image by its tags of this moment. Thread-safe. */
@ApplicationScoped
class ImageRefs {
  /** Tags and indexes of an image that are looked at: a commit is read for each pull. */
  private static final int TAGS_MAX = 100;

  private final OstreeRefs refs;

  ImageRefs(OstreeRefs refs) {
    this.refs = refs;
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
                    .map(indexes -> names(image.digest, tags, indexes)));
  }

  private static Names names(String digest, List<String> tags, List<TaggedIndex> indexes) {
    Set<String> names = new TreeSet<>(tags);
    Set<String> suffixes = new TreeSet<>();
    if (!tags.isEmpty() || indexes.isEmpty()) {
      suffixes.add("");
    }
    for (TaggedIndex index : indexes) {
      for (Map.Entry<String, String> each : RefFollower.images(index).entrySet()) {
        if (each.getValue().equals(digest)) {
          names.add(each.getKey());
          suffixes.add(each.getKey().substring(index.tag().length()));
        }
      }
    }
    return new Names(names, suffixes);
  }
}
