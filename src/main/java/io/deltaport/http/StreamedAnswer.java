package io.deltaport.http;

import java.io.IOException;
import java.io.OutputStream;

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
     * Writes all of it. The stream keeps small pieces until they fill a buffer; a write of more
     * returns when the network has the bytes. It is not to be closed, and closing it does nothing.
     *
     * @throws IOException if there are no more bytes; the connection is broken off then
     */
    void write(OutputStream out) throws IOException;
  }
}
