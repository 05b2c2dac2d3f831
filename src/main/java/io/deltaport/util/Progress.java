package io.deltaport.util;

/**
 * Hears how far a long piece of work has come, and may end it.
 *
 * <p>Implementations are called from the working thread, often, and must be cheap.
 */
@FunctionalInterface
public interface Progress {
  /** Hears nothing, never cancels. */
  Progress NONE = (stage, done, total) -> {};

  /**
   * Reports the state of one stage.
   *
   * @param stage a short lower-case word such as {@code absorb} or {@code match}
   * @param done units finished so far, in bytes where the stage moves bytes
   * @param total units in all, or -1 when unknown
   * @throws java.util.concurrent.CancellationException to end the work
   */
  void update(String stage, long done, long total);
}
