package io.deltaport.delta.ocidelta;

import io.deltaport.delta.MatchListener;
import io.deltaport.delta.plain.PlainEncoding;

/**
 * Counts what files that are compressed by themselves bring anew: a delta holds about as many bytes
 * for them. Not thread-safe.
 */
final class CompressedContent {
  private long bytes;

  /** Returns a listener that counts and tells another one. */
  MatchListener and(MatchListener other) {
    return match -> {
      if (PlainEncoding.of(match.path()).isPresent()) {
        bytes += match.newBytes();
      }
      other.matched(match);
    };
  }

  /** Returns the bytes so far and begins anew. */
  long take() {
    long taken = bytes;
    bytes = 0;
    return taken;
  }
}
