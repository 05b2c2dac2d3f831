package io.deltaport.image;

/** Files of this server that can be made anew, as far as statistics see them. Thread-safe. */
public interface DiskCache {
  /** Returns a word for people and metrics; never changes. */
  String name();

  /** Returns what the files take, about. */
  long bytes();
}
