package io.deltaport.image;

import io.deltaport.meta.Blobs;
import io.deltaport.meta.Database;
import io.deltaport.meta.Repositories;
import io.deltaport.meta.Suspects;
import io.deltaport.oci.Digest;
import io.deltaport.oci.ErrorCode;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.StoreLayout;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Blobs as a repository sees them: only those that it links to. Thread-safe. */
@ApplicationScoped
public class BlobStore {
  private final Driver driver;
  private final Database database;
  private final Repositories repositories;
  private final Blobs blobs;
  private final Suspects suspects;

  BlobStore(
      Driver driver, Database database, Repositories repositories, Blobs blobs, Suspects suspects) {
    this.driver = driver;
    this.database = database;
    this.repositories = repositories;
    this.blobs = blobs;
    this.suspects = suspects;
  }

  /**
   * Returns the blob's size in bytes and keeps it from being collected for a while.
   *
   * @throws RegistryException with BLOB_UNKNOWN, also when its file is damaged as far as can be
   *     seen without reading it: a push stores it again then
   */
  public long size(String repository, Digest digest) {
    Long size =
        database.transact(
            session -> blobs.sizeRenewingLease(session, repository, digest.toString()));
    if (size == null || !isWhole(digest, size)) {
      throw unknown(repository, digest);
    }
    return size;
  }

  /** Says whether the file is as long as its row says; one that is not counts as absent. */
  private boolean isWhole(Digest digest, long sizeBytes) {
    try {
      long lengthBytes = driver.length(StoreLayout.blob(digest));
      if (lengthBytes == sizeBytes) {
        return true;
      }
      String problem = "its file has %d bytes instead of %d".formatted(lengthBytes, sizeBytes);
      suspects.report("blob", digest.toString(), problem);
    } catch (NoSuchFileException e) {
      suspects.report("blob", digest.toString(), "its file is missing");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return false;
  }

  /** Returns the local file with the blob's bytes, for sendfile. */
  public Path file(Digest digest) {
    return driver
        .path(StoreLayout.blob(digest))
        .orElseThrow(() -> new IllegalStateException("this store has no local files"));
  }

  /**
   * Opens a stored blob, whichever repository it belongs to.
   *
   * @throws java.nio.file.NoSuchFileException if it is not stored
   */
  public InputStream open(Digest digest) throws IOException {
    String key = StoreLayout.blob(digest);
    return driver.read(key, 0, length(digest));
  }

  /**
   * Opens a part of a stored blob, whichever repository it belongs to.
   *
   * @throws java.nio.file.NoSuchFileException if it is not stored
   */
  public InputStream open(Digest digest, long offset, long length) throws IOException {
    return driver.read(StoreLayout.blob(digest), offset, length);
  }

  /** Returns the length in bytes of a stored blob, whichever repository it belongs to. */
  public long length(Digest digest) throws IOException {
    try {
      return driver.length(StoreLayout.blob(digest));
    } catch (NoSuchFileException e) {
      suspects.report("blob", digest.toString(), "its file is missing");
      throw e;
    }
  }

  /**
   * Links a blob that another repository has; returns false when there is none to be had.
   *
   * <p>The answer tells that a repository has the blob, so it may come from those only that the
   * caller may read. There is no access control yet: everybody may read all of them.
   *
   * @param from the repository to take it from; empty means any
   */
  public boolean mount(String repository, Optional<String> from, Digest digest) {
    boolean linked =
        database.transact(
            session ->
                blobs
                    .lockForMount(session, from, digest.toString())
                    .flatMap(
                        found ->
                            !found
                                ? Uni.createFrom().item(false)
                                : repositories
                                    .findOrCreate(session, repository)
                                    .flatMap(id -> blobs.link(session, id, digest.toString()))
                                    .replaceWith(true)));
    return linked && isWhole(repository, digest);
  }

  private boolean isWhole(String repository, Digest digest) {
    Long size = database.transact(session -> blobs.size(session, repository, digest.toString()));
    return size != null && isWhole(digest, size);
  }

  /**
   * Takes the blob out of the repository.
   *
   * @throws RegistryException with BLOB_UNKNOWN
   */
  public void delete(String repository, Digest digest) {
    boolean found =
        database.transactOnce(session -> blobs.unlink(session, repository, digest.toString()));
    if (!found) {
      throw unknown(repository, digest);
    }
  }

  private static RegistryException unknown(String repository, Digest digest) {
    return new RegistryException(
        ErrorCode.BLOB_UNKNOWN, "repository " + repository + " has no blob " + digest);
  }
}
