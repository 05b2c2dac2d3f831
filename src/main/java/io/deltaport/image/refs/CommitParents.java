package io.deltaport.image.refs;

import io.deltaport.image.refs.ImageRefs.Names;
import io.deltaport.meta.FormerImages;
import io.deltaport.meta.ManifestEntity;
import io.deltaport.meta.OstreeCommits;
import io.deltaport.meta.OstreeCommits.RefBefore;
import io.deltaport.ostree.Checksum;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;

/** Finds what the new commit of an image follows. Thread-safe. */
@ApplicationScoped
class CommitParents {
  private final OstreeCommits commits;
  private final FormerImages formers;

  CommitParents(OstreeCommits commits, FormerImages formers) {
    this.commits = commits;
    this.formers = formers;
  }

  /**
   * Returns the commit of the image that a tag of the image led to before, else the one where the
   * image's ref is until now; empty when there is none.
   */
  Uni<Optional<Checksum>> of(StatelessSession session, ManifestEntity image, Names refs) {
    return formers
        .commit(session, image.id)
        .flatMap(
            former ->
                former.isPresent()
                    ? Uni.createFrom().item(former)
                    : atRefs(session, image, refs.names()));
  }

  /** An imported ref was at no image before; nor was one where tags were moved long ago. */
  private Uni<Optional<Checksum>> atRefs(
      StatelessSession session, ManifestEntity image, Set<String> names) {
    return commits
        .refsBefore(session, image.repositoryId, image.id, names)
        .map(before -> choose(names, before));
  }

  /**
   * The ref of the same name comes first. A tag that turns from an image into an index has but one
   * ref before, which all platforms follow; from an index into an image it says of no platform that
   * it is the same, unless there was only one.
   */
  static Optional<Checksum> choose(Set<String> names, List<RefBefore> before) {
    return first(before, ref -> names.contains(ref.name()))
        .or(() -> first(before, RefBefore::ofTag))
        .or(() -> first(before, ref -> before.size() == 1))
        .map(RefBefore::commit);
  }

  private static Optional<RefBefore> first(List<RefBefore> refs, Predicate<RefBefore> which) {
    return refs.stream().filter(which).findFirst();
  }
}
