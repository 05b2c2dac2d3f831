package io.deltaport.image;

import io.deltaport.meta.BlobRecipes;
import io.deltaport.meta.Blobs;
import io.deltaport.meta.Database;
import io.deltaport.meta.Repositories;
import io.deltaport.meta.Uploads;
import io.deltaport.oci.Digest;
import io.deltaport.oci.ErrorCode;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.PendingFile;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.util.Hex;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Receives blobs: in one request, or through an upload session that may span many requests, a crash
 * and a restart. Thread-safe; a session takes one request at a time.
 *
 * <p>Memory does not grow with a blob. Bytes are hashed while they arrive. A blob is visible only
 * after its digest was checked, its file is durable and its row is committed, in this order.
 */
@ApplicationScoped
public class BlobUploads {
  private final Driver driver;
  private final Database database;
  private final Repositories repositories;
  private final Uploads rows;
  private final Blobs blobs;
  private final BlobRecipes recipes;
  private final UploadHashes hashes;
  private final long maxBytes;
  private final Set<UUID> busy = ConcurrentHashMap.newKeySet();

  BlobUploads(
      Driver driver,
      Database database,
      Repositories repositories,
      Uploads rows,
      Blobs blobs,
      BlobRecipes recipes,
      UploadHashes hashes,
      @ConfigProperty(name = "deltaport.blob.max-size") MemorySize maxSize) {
    this.driver = driver;
    this.database = database;
    this.repositories = repositories;
    this.rows = rows;
    this.blobs = blobs;
    this.recipes = recipes;
    this.hashes = hashes;
    this.maxBytes = maxSize.asLongValue();
  }

  /**
   * Begins a session.
   *
   * @param algorithm {@code sha256} or {@code sha512}: what the blob's digest will probably be in.
   *     Any other is taken at the end as well, and costs one more read of the upload.
   */
  public UUID begin(String repository, String algorithm) throws IOException {
    UUID id = UUID.randomUUID();
    driver.create(pendingName(id)).close();
    try {
      database.transact(
          session ->
              repositories
                  .findOrCreate(session, repository)
                  .flatMap(repositoryId -> rows.begin(session, id, repositoryId)));
    } catch (RuntimeException e) {
      driver.discard(pendingName(id));
      throw e;
    }
    hashes.put(id, Digest.newMessageDigest(algorithm), 0);
    return id;
  }

  /** Returns how many bytes of the session are durable. */
  public long offset(String repository, UUID id) {
    Long offset = database.transact(session -> rows.offset(session, id, repository));
    if (offset == null) {
      throw unknown(id);
    }
    return offset;
  }

  /**
   * Appends a chunk and returns the new durable offset. When the body ends early, what came is kept
   * and the error passes on: the client asks for the offset and resumes there.
   *
   * @param range where the client says that the chunk belongs; empty means the end
   */
  public long append(String repository, UUID id, Optional<ContentRange> range, InputStream body)
      throws IOException {
    return exclusively(
        repository,
        id,
        offset -> {
          checkPlace(range, offset);
          try (PendingFile file = resume(id, offset)) {
            return appendAt(id, file, offset, body, range);
          }
        });
  }

  /**
   * Ends the session with its last bytes, if any, and makes the blob visible.
   *
   * @throws RegistryException with DIGEST_INVALID if the content is another; the session is over
   */
  public void finish(
      String repository, UUID id, Optional<ContentRange> range, InputStream body, Digest expected)
      throws IOException {
    exclusively(
        repository,
        id,
        offset -> {
          checkPlace(range, offset);
          try (PendingFile file = resume(id, offset)) {
            appendAt(id, file, offset, body, range);
            Digest actual = digestOf(id, file, expected);
            if (!actual.equals(expected)) {
              end(id);
              throw mismatch(expected, actual);
            }
            publish(repository, file, expected, id);
          }
          return null;
        });
  }

  /** Receives a whole blob in one request. */
  public void receive(String repository, InputStream body, Digest expected) throws IOException {
    MessageDigest running = expected.newMessageDigest();
    try (PendingFile file = driver.create()) {
      copy(body, new LimitedOutput(file.output(), 0, maxBytes), running);
      Digest actual = new Digest(expected.algorithm(), Hex.encode(running.digest()));
      if (!actual.equals(expected)) {
        throw mismatch(expected, actual);
      }
      publish(repository, file, expected, null);
    }
  }

  /** Abandons a session. */
  public void cancel(String repository, UUID id) throws IOException {
    exclusively(
        repository,
        id,
        offset -> {
          end(id);
          return null;
        });
  }

  private void publish(String repository, PendingFile file, Digest digest, UUID upload)
      throws IOException {
    long sizeBytes = file.length();
    file.publish(StoreLayout.blob(digest));
    database.transact(
        session ->
            repositories
                .findOrCreate(session, repository)
                .flatMap(
                    repositoryId ->
                        blobs.record(session, repositoryId, digest.toString(), sizeBytes))
                .call(
                    ignored ->
                        upload == null ? Uni.createFrom().voidItem() : rows.end(session, upload)));
    checkFile(digest);
    if (upload != null) {
      hashes.forget(upload);
    }
  }

  /**
   * Fails where the row came so late that the file was taken for garbage: nothing is acknowledged.
   * A file that went because its blob can be made again is no loss.
   */
  private void checkFile(Digest digest) throws IOException {
    try {
      driver.length(StoreLayout.blob(digest));
    } catch (NoSuchFileException e) {
      if (!database.transact(session -> recipes.fileWentAway(session, digest.toString()))) {
        throw e;
      }
    }
  }

  private long appendAt(
      UUID id, PendingFile file, long offset, InputStream body, Optional<ContentRange> range)
      throws IOException {
    Optional<MessageDigest> running = hashes.take(id, offset);
    IOException cut = null;
    try {
      copy(body, new LimitedOutput(file.output(), offset, maxBytes), running.orElse(null));
    } catch (IOException e) {
      cut = e;
    }
    long end = file.length();
    if (cut == null && range.isPresent() && end - offset != range.get().length()) {
      file.truncate(offset);
      throw new RegistryException(
          ErrorCode.SIZE_INVALID,
          "Content-Range announces "
              + range.get().length()
              + " bytes but "
              + (end - offset)
              + " came");
    }
    if (end > offset) {
      file.sync();
      if (!database.transact(session -> rows.advance(session, id, offset, end))) {
        throw unknown(id);
      }
    }
    if (cut != null) {
      // What was hashed may be less than what is in the file: the file is read again at the end.
      throw cut;
    }
    running.ifPresent(digest -> hashes.put(id, digest, end));
    return end;
  }

  private Digest digestOf(UUID id, PendingFile file, Digest expected) throws IOException {
    Optional<MessageDigest> running = hashes.take(id, file.length()).filter(expected::isComputedBy);
    MessageDigest digest;
    if (running.isPresent()) {
      digest = running.get();
    } else {
      digest = expected.newMessageDigest();
      try (InputStream content = file.read()) {
        copy(content, OutputStream.nullOutputStream(), digest);
      }
    }
    return new Digest(expected.algorithm(), Hex.encode(digest.digest()));
  }

  private static void copy(InputStream from, OutputStream to, MessageDigest running)
      throws IOException {
    from.transferTo(running == null ? to : new DigestOutputStream(to, running));
  }

  private PendingFile resume(UUID id, long offset) throws IOException {
    try {
      return driver.resume(pendingName(id), offset);
    } catch (NoSuchFileException e) {
      end(id);
      throw unknown(id);
    }
  }

  private void end(UUID id) throws IOException {
    database.transact(session -> rows.end(session, id));
    hashes.forget(id);
    driver.discard(pendingName(id));
  }

  private interface SessionWork<T> {
    T at(long offset) throws IOException;
  }

  private <T> T exclusively(String repository, UUID id, SessionWork<T> work) throws IOException {
    if (!busy.add(id)) {
      throw new RegistryException(
          ErrorCode.BLOB_UPLOAD_INVALID, 416, "another request is writing to upload " + id);
    }
    try {
      return work.at(offset(repository, id));
    } finally {
      busy.remove(id);
    }
  }

  private static void checkPlace(Optional<ContentRange> range, long offset) {
    if (range.isPresent() && range.get().first() != offset) {
      throw new RegistryException(
          ErrorCode.BLOB_UPLOAD_INVALID,
          416,
          "the next chunk must begin at byte " + offset + ", not " + range.get().first());
    }
  }

  private static RegistryException unknown(UUID id) {
    return new RegistryException(
        ErrorCode.BLOB_UPLOAD_UNKNOWN, "there is no upload " + id + "; begin a new one");
  }

  private static RegistryException mismatch(Digest expected, Digest actual) {
    return new RegistryException(
        ErrorCode.DIGEST_INVALID,
        "the content's digest is " + actual + ", not " + expected + " as announced");
  }

  private static String pendingName(UUID id) {
    return "upload-" + id;
  }
}
