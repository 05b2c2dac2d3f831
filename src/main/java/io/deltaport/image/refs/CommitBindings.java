package io.deltaport.image.refs;

import io.deltaport.image.CollectionIds;
import io.deltaport.image.refs.ImageRefs.Names;
import io.deltaport.meta.ManifestEntity;
import io.deltaport.meta.OstreeRefs;
import io.deltaport.ostree.Commit;
import io.deltaport.ostree.CommitBinding;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/**
 * Binds new commits to the refs that lead to them, where repositories are collections. Thread-safe.
 */
@ApplicationScoped
class CommitBindings {
  private final CollectionIds collections;
  private final OstreeRefs repositories;
  private final ImageRefs refs;

  CommitBindings(CollectionIds collections, OstreeRefs repositories, ImageRefs refs) {
    this.collections = collections;
    this.repositories = repositories;
    this.refs = refs;
  }

  /**
   * Returns the commit of an image bound to the tags of this moment and to those of the settings;
   * as it is, when its repository is no collection.
   */
  Uni<Commit> bind(StatelessSession session, ManifestEntity image, Commit commit) {
    return collections.any()
        ? repositories
            .repository(session, image.repositoryId)
            .flatMap(repository -> bind(session, image, commit, collections.of(repository)))
        : Uni.createFrom().item(commit);
  }

  private Uni<Commit> bind(
      StatelessSession session, ManifestEntity image, Commit commit, Optional<String> collection) {
    return collection.isEmpty()
        ? Uni.createFrom().item(commit)
        : refs.of(session, image)
            .map(names -> CommitBinding.bind(commit, collection.get(), withSettings(names)));
  }

  private Set<String> withSettings(Names refs) {
    Set<String> names = new TreeSet<>(refs.names());
    for (String ref : collections.boundRefs()) {
      refs.suffixes().forEach(suffix -> names.add(ref + suffix));
    }
    return names;
  }
}
