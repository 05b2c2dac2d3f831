package io.deltaport.image;

import io.deltaport.ostree.CollectionId;
import io.deltaport.ostree.RefName;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Which collection the OSTree remote of a repository is, and which refs its commits are bound to in
 * any case. Made at the start, so that a wrong setting ends the server then. Thread-safe.
 */
@Startup
@ApplicationScoped
public class CollectionIds {
  private static final String ID = "deltaport.ostree.collection-id";
  private static final String REFS = "deltaport.ostree.bound-refs";

  /** Stands for the repository's name. */
  private static final String REPOSITORY = "{repository}";

  private final Optional<String> template;
  private final List<String> boundRefs;

  CollectionIds(
      @ConfigProperty(name = ID) Optional<String> template,
      @ConfigProperty(name = REFS) Optional<List<String>> boundRefs) {
    this.template = template;
    this.boundRefs = List.copyOf(boundRefs.orElse(List.of()));
    if (template.isPresent() && !CollectionId.isValid(fill(template.get(), "a"))) {
      throw new IllegalArgumentException(
          ID + ": '" + template.get() + "' is not of the form org.example.Os");
    }
    for (String ref : this.boundRefs) {
      if (!RefName.isValid(ref)) {
        throw new IllegalArgumentException(REFS + ": '" + ref + "' cannot name a ref");
      }
    }
  }

  private static String fill(String template, String repository) {
    return template.replace(REPOSITORY, CollectionId.words(repository));
  }

  /** Says whether repositories are collections. */
  public boolean any() {
    return template.isPresent();
  }

  /** Returns the collection of a repository; empty when it is none, or its name is too long. */
  public Optional<String> of(String repository) {
    return template.map(text -> fill(text, repository)).filter(CollectionId::isValid);
  }

  /** Returns the refs, without a platform, that every commit is bound to. */
  public List<String> boundRefs() {
    return boundRefs;
  }
}
