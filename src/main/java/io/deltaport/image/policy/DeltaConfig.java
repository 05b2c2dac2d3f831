package io.deltaport.image.policy;

import io.deltaport.delta.DeltaEffort;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.util.List;

/** The settings below {@code deltaport.deltas}. */
@ConfigMapping(prefix = "deltaport.deltas")
interface DeltaConfig {
  /** The rules; the first one that matches repository and tag is the one for the tag. */
  @WithParentName
  List<Rule> rules();

  /** Deltas that may wait to be made. */
  long queueMax();

  /** How hard deltas are made small. */
  DeltaEffort effort();

  /** Which deltas between images are made when some tags move. */
  interface Rule extends DeltaRuleConfig {
    /** Patterns of tags. */
    @WithDefault("**")
    List<String> tags();
  }
}
