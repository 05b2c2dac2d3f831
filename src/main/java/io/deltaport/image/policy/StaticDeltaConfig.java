package io.deltaport.image.policy;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.util.List;

/** The settings below {@code deltaport.ostree.deltas}. */
@ConfigMapping(prefix = "deltaport.ostree.deltas")
interface StaticDeltaConfig {
  /** The rules; the first one that matches repository and ref is the one for the ref. */
  @WithParentName
  List<Rule> rules();

  /** Which static deltas are made when some refs move. */
  interface Rule extends DeltaRuleConfig {
    /** Patterns of refs. */
    @WithDefault("**")
    List<String> refs();

    /** Make a delta for devices that have nothing. */
    @WithDefault("false")
    boolean fromScratch();
  }
}
