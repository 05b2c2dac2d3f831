package io.deltaport.image.gc;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The settings below {@code deltaport.retention}. */
@ConfigMapping(prefix = "deltaport.retention")
interface RetentionConfig {
  /** The rules; the first one whose pattern matches a repository is the one for it. */
  List<Rule> rules();

  /** What stays in some repositories; everything else there goes. */
  interface Rule {
    /** Patterns of repository names. */
    List<String> repositories();

    /** Keep the tags that were pushed last, so many of them. */
    OptionalInt keepLast();

    /** Keep tags that match one of these patterns. */
    Optional<List<String>> keepTags();

    /** Keep what a device asked for in so many days. */
    OptionalInt keepPulledDays();

    /** Keep the images from which a delta leads to a kept one. */
    @WithDefault("true")
    boolean keepDeltas();

    /** Keep manifests to which nothing points. */
    @WithDefault("false")
    boolean keepUntagged();
  }
}
