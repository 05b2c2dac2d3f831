package io.deltaport.delta;

import java.util.Optional;

/**
 * The old file that a new one is compared with.
 *
 * @param source empty if there is none
 * @param reason why this one, or why none
 */
record SourceChoice(Optional<SourceFile> source, MatchReason reason) {
  static SourceChoice of(SourceFile source, MatchReason reason) {
    return new SourceChoice(Optional.of(source), reason);
  }

  static SourceChoice none(MatchReason reason) {
    return new SourceChoice(Optional.empty(), reason);
  }
}
