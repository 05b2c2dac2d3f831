package io.deltaport.store.pack;

import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.PendingFile;
import io.deltaport.util.Sha256;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.security.MessageDigest;

/** Appends to a pending pack and hashes it, and can go back to a mark. Not thread-safe. */
final class PackOutput implements AutoCloseable {
  private static final int BUFFER_BYTES = 128 * 1024;

  private final PendingFile file;
  private final BufferedOutputStream buffer;
  private MessageDigest digest = Sha256.newDigest();
  private long position;
  private MessageDigest markedDigest = digest;
  private long markedPosition;

  PackOutput(Driver driver) throws IOException {
    this.file = driver.create();
    this.buffer = new BufferedOutputStream(file.output(), BUFFER_BYTES);
  }

  long position() {
    return position;
  }

  void write(byte[] bytes, int offset, int count) throws IOException {
    digest.update(bytes, offset, count);
    buffer.write(bytes, offset, count);
    position += count;
  }

  void write(byte[] bytes) throws IOException {
    write(bytes, 0, bytes.length);
  }

  /** Remembers this place for {@link #rollBack}. */
  void mark() {
    try {
      markedDigest = (MessageDigest) digest.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("this Java runtime's SHA-256 cannot be copied", e);
    }
    markedPosition = position;
  }

  /** Forgets what was written since {@link #mark}, once. */
  void rollBack() throws IOException {
    buffer.flush();
    file.truncate(markedPosition);
    position = markedPosition;
    digest = markedDigest;
  }

  /** Returns the SHA-256 of what was written so far. */
  byte[] digestSoFar() {
    mark();
    return markedDigest.digest();
  }

  void publish(String key) throws IOException {
    buffer.flush();
    file.publish(key);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
