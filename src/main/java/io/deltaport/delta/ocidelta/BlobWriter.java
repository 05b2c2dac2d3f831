package io.deltaport.delta.ocidelta;

import io.deltaport.oci.Digest;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.PendingFile;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.util.Sha256;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;

/** Writes a blob whose digest is known only at the end. Not thread-safe. */
public final class BlobWriter implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 << 10;

  private final PendingFile file;
  private final MessageDigest digest = Sha256.newDigest();
  private final OutputStream output;

  /** Begins a blob that is discarded unless it is published. */
  public BlobWriter(Driver driver) throws IOException {
    this.file = driver.create();
    this.output =
        new BufferedOutputStream(new DigestOutputStream(file.output(), digest), BUFFER_BYTES);
  }

  /** Returns the stream to write to. */
  public OutputStream output() {
    return output;
  }

  /** Returns the number of bytes written so far. */
  public long length() throws IOException {
    output.flush();
    return file.length();
  }

  /** Makes the blob durable under its digest, which is returned. */
  public Digest publish() throws IOException {
    output.flush();
    Digest name = Digest.ofSha256(digest.digest());
    file.publish(StoreLayout.blob(name));
    return name;
  }

  /** Stores bytes that are at hand. */
  public static Digest store(Driver driver, byte[] content) throws IOException {
    try (BlobWriter writer = new BlobWriter(driver)) {
      writer.output().write(content);
      return writer.publish();
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
