package io.deltaport.delta;

/** Hears for every file of the target what it is made from, in the order of the target. */
@FunctionalInterface
public interface MatchListener {
  /** Hears nothing. */
  MatchListener NONE = match -> {};

  /** Tells of one file, when it has been written. Called by the thread that writes the delta. */
  void matched(SourceMatch match);
}
