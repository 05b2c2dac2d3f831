package io.deltaport.http;

import java.io.IOException;

/**
 * An answer whose body is written piece by piece, as an entity that {@link StreamedAnswerWriter}
 * sends.
 *
 * @param body writes the whole body
 */
public record StreamedAnswer(Body body) {

  /** Writes a body, whatever its length, without keeping it in memory. */
  @FunctionalInterface
  public interface Body {
    /**
     * Writes all of it.
     *
     * @throws IOException if there are no more bytes; the connection is broken off then
     */
    void write(AnswerOutput out) throws IOException;
  }
}
