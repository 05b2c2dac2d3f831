package io.deltaport.image.refs;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** The settings below {@code deltaport.ostree.deltas}. */
@ConfigMapping(prefix = "deltaport.ostree.deltas")
interface StaticDeltaConfig {
  /** The rules; the first one that matches repository and ref is the one for the ref. */
  @WithParentName
  List<Rule> rules();

  /** Which static deltas are made when some refs move. */
  interface Rule {
    /** Patterns of repository names. */
    @WithDefault("**")
    List<String> repositories();

    /** Patterns of refs. */
    @WithDefault("**")
    List<String> refs();

    /** Make deltas from so many commits before. */
    OptionalInt fromLast();

    /** Make a delta for devices that have nothing. */
    @WithDefault("false")
    boolean fromScratch();

    /** Keep a delta only when it takes at most this part of the objects that it brings. */
    OptionalDouble maxRatio();
  }
}
