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

  CommitBindings(CollectionIds collections, OstreeRefs repositories) {
    this.collections = collections;
    this.repositories = repositories;
  }

  /**
   * Returns the commit of an image bound to the tags of this moment and to those of the settings;
   * as it is, when its repository is no collection.
   */
  Uni<Commit> bind(StatelessSession session, ManifestEntity image, Commit commit, Names refs) {
    return collections.any()
        ? repositories
            .repository(session, image.repositoryId)
            .map(repository -> bind(commit, collections.of(repository), refs))
        : Uni.createFrom().item(commit);
  }

  private Commit bind(Commit commit, Optional<String> collection, Names refs) {
    return collection.map(id -> CommitBinding.bind(commit, id, withSettings(refs))).orElse(commit);
  }

  private Set<String> withSettings(Names refs) {
    Set<String> names = new TreeSet<>(refs.names());
    for (String ref : collections.boundRefs()) {
      refs.suffixes().forEach(suffix -> names.add(ref + suffix));
    }
    return names;
  }
}
