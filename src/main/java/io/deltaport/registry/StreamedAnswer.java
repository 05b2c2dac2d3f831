package io.deltaport.registry;

import java.io.IOException;
import java.io.OutputStream;

/**
 * An answer whose body is written piece by piece, as an entity that {@link StreamedAnswerWriter}
 * sends.
 *
 * @param body writes the whole body
 */
record StreamedAnswer(Body body) {

  /** Writes a body. Each write returns when the network has the bytes. */
  interface Body {
    void write(OutputStream out) throws IOException;
  }
}
