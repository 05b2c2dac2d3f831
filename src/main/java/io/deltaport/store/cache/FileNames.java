package io.deltaport.store.cache;

import java.util.Optional;

/** How keys of a {@link FileCache} and names of files become each other. */
public interface FileNames<K> {
  /** Returns the name: at least two characters, that begin evenly, none of them a slash. */
  String name(K key);

  /** Returns what the file is for, empty for files that are not the cache's. */
  Optional<K> parse(String name);
}
