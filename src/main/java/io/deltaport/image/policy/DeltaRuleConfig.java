package io.deltaport.image.policy;

import io.deltaport.delta.DeltaEffort;
import io.smallrye.config.WithDefault;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Which deltas are made, of either format. */
interface DeltaRuleConfig {
  /** Patterns of repository names. */
  @WithDefault("**")
  List<String> repositories();

  /** Make deltas from so many releases before. */
  OptionalInt fromLast();

  /** Patterns of tags or refs: make deltas from where these are now. */
  Optional<List<String>> from();

  /** Make deltas from so many releases that devices pulled most. */
  @WithDefault("0")
  int fromPulled();

  /** Pulls count for so many days. */
  @WithDefault("30")
  int pulledDays();

  /** How hard deltas are made small; what the server is set to unless it is given. */
  Optional<DeltaEffort> effort();

  /** Keep a delta only when it takes at most this part of what would be fetched without it. */
  OptionalDouble maxRatio();
}
