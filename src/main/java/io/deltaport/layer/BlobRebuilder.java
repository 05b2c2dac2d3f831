package io.deltaport.layer;

import io.deltaport.oci.Digest;
import io.deltaport.store.ObjectIndex;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.PendingFile;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.util.Hex;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes layer blobs again from recipes and objects, where that gives the very same bytes.
 * Thread-safe. A blob that was compressed takes the time to compress it a few times over.
 */
public final class BlobRebuilder {
  private static final int BUFFER_BYTES = 128 * 1024;

  private final Driver driver;
  private final TarRebuilder tars;

  public BlobRebuilder(Driver driver, ObjectIndex index) {
    this.driver = driver;
    this.tars = new TarRebuilder(driver, index);
  }

  /**
   * Makes the blob and publishes it durably, in place of a damaged one.
   *
   * @param diffId digest of the uncompressed tar, which has a recipe
   * @return false when no known compression gives this blob
   * @throws RecipeFormatException if the recipe or an object under it is damaged
   * @throws IOException if anything else is missing or cannot be read
   */
  public boolean rebuild(Digest diffId, Digest blob) throws IOException {
    Optional<BlobEncoding> encoding =
        diffId.equals(blob) ? Optional.of(BlobEncoding.PLAIN) : find(diffId, blob);
    return encoding.isPresent() && write(diffId, blob, encoding.get());
  }

  private Optional<BlobEncoding> find(Digest diffId, Digest blob) throws IOException {
    Map<BlobEncoding, MessageDigest> digests = new EnumMap<>(BlobEncoding.class);
    List<OutputStream> trials = new ArrayList<>();
    try (OutputStream all = new Fork(trials)) {
      for (BlobEncoding encoding : BlobEncoding.values()) {
        MessageDigest digest = blob.newMessageDigest();
        digests.put(encoding, digest);
        trials.add(encoding.over(new DigestOutputStream(OutputStream.nullOutputStream(), digest)));
      }
      tars.rebuild(diffId, all);
    }
    for (Map.Entry<BlobEncoding, MessageDigest> trial : digests.entrySet()) {
      if (Hex.encode(trial.getValue().digest()).equals(blob.hex())) {
        return Optional.of(trial.getKey());
      }
    }
    return Optional.empty();
  }

  private boolean write(Digest diffId, Digest blob, BlobEncoding encoding) throws IOException {
    try (PendingFile file = driver.create()) {
      MessageDigest digest = blob.newMessageDigest();
      OutputStream hashed = new DigestOutputStream(file.output(), digest);
      OutputStream buffered = new BufferedOutputStream(hashed, BUFFER_BYTES);
      try (OutputStream out = new Fork(List.of(encoding.over(buffered)))) {
        tars.rebuild(diffId, out);
      }
      if (!Hex.encode(digest.digest()).equals(blob.hex())) {
        return false;
      }
      file.publish(StoreLayout.blob(blob));
      return true;
    }
  }

  /**
   * Writes everything to several streams. Flushing does nothing: it would change what zstd makes.
   */
  private static final class Fork extends OutputStream {
    private final List<OutputStream> outputs;

    Fork(List<OutputStream> outputs) {
      this.outputs = outputs;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      for (OutputStream output : outputs) {
        output.write(bytes, offset, count);
      }
    }

    @Override
    public void close() throws IOException {
      for (OutputStream output : outputs) {
        output.close();
      }
    }
  }
}
