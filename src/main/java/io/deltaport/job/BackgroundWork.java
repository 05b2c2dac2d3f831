package io.deltaport.job;

/**
 * Work that goes on for as long as there is a server, beside the jobs. Thread-safe; it may be
 * broken off at any point and is called again then, here or on another server.
 */
public interface BackgroundWork {
  /** Returns the name under which the servers agree who does it; never changes. */
  String name();

  /**
   * Looks whether there is something to do, and does it; called again about a second after it
   * returns. Only one server is in it at a time.
   *
   * @throws InterruptedException when the server stops
   */
  void run() throws Exception;
}
