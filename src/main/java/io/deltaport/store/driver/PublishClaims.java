package io.deltaport.store.driver;

import java.io.IOException;

/**
 * Is told of every file just before it is published, so that whoever unlinks garbage leaves it
 * alone. Thread-safe.
 */
@FunctionalInterface
public interface PublishClaims {
  /** For stores from which nobody unlinks garbage. */
  PublishClaims NONE = key -> {};

  /**
   * Claims {@code key}; waits for the end of an unlinking of that key under way.
   *
   * @throws IOException if the claim cannot be made: the file is not published then
   */
  void claim(String key) throws IOException;
}
