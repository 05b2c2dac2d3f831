package io.deltaport.image.refs;

import io.deltaport.image.CollectionIds;
import io.deltaport.meta.ManifestEntity;
import io.deltaport.meta.OstreeRefs;
import io.deltaport.meta.OstreeRefs.TaggedIndex;
import io.deltaport.ostree.Commit;
import io.deltaport.ostree.CommitBinding;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * Binds new commits to the refs that lead to them, where repositories are collections. Thread-safe.
 */
@ApplicationScoped
class CommitBindings {
  /** Tags and indexes of an image that are looked at: a commit is read for each pull. */
  private static final int TAGS_MAX = 100;

  private final CollectionIds collections;
  private final OstreeRefs refs;

  CommitBindings(CollectionIds collections, OstreeRefs refs) {
    this.collections = collections;
    this.refs = refs;
  }

  /**
   * Returns the commit of an image bound to the tags of this moment and to those of the settings;
   * as it is, when its repository is no collection.
   */
  Uni<Commit> bind(StatelessSession session, ManifestEntity image, Commit commit) {
    return collections.any()
        ? refs.repository(session, image.repositoryId)
            .flatMap(repository -> bind(session, image, commit, collections.of(repository)))
        : Uni.createFrom().item(commit);
  }

  private Uni<Commit> bind(
      StatelessSession session, ManifestEntity image, Commit commit, Optional<String> collection) {
    return collection.isEmpty()
        ? Uni.createFrom().item(commit)
        : refs.tags(session, image.repositoryId, image.id, TAGS_MAX)
            .flatMap(
                tags ->
                    refs.indexes(session, image.repositoryId, image.digest, TAGS_MAX)
                        .map(indexes -> names(image.digest, tags, indexes)))
            .map(names -> CommitBinding.bind(commit, collection.get(), names));
  }

  private Set<String> names(String digest, List<String> tags, List<TaggedIndex> indexes) {
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
    for (String ref : collections.boundRefs()) {
      suffixes.forEach(suffix -> names.add(ref + suffix));
    }
    return names;
  }
}
