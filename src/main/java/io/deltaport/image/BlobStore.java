package io.deltaport.image;

import io.deltaport.meta.Blobs;
import io.deltaport.meta.Database;
import io.deltaport.meta.Repositories;
import io.deltaport.oci.Digest;
import io.deltaport.oci.ErrorCode;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.StoreLayout;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/** Blobs as a repository sees them: only those that it links to. Thread-safe. */
@ApplicationScoped
public class BlobStore {
  private final Driver driver;
  private final Database database;
  private final Repositories repositories;
  private final Blobs blobs;

  BlobStore(Driver driver, Database database, Repositories repositories, Blobs blobs) {
    this.driver = driver;
    this.database = database;
    this.repositories = repositories;
    this.blobs = blobs;
  }

  /**
   * Returns the blob's size in bytes and keeps it from being collected for a while.
   *
   * @throws RegistryException with BLOB_UNKNOWN
   */
  public long size(String repository, Digest digest) {
    Long size =
        database.transact(
            session -> blobs.sizeRenewingLease(session, repository, digest.toString()));
    if (size == null) {
      throw unknown(repository, digest);
    }
    return size;
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
    return driver.read(key, 0, driver.length(key));
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
    return driver.length(StoreLayout.blob(digest));
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
    return database.transact(
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
