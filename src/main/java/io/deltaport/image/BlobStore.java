package io.deltaport.image;

import io.deltaport.image.cold.BlobContent;
import io.deltaport.image.cold.ColdBlobs;
import io.deltaport.meta.BlobRecipes;
import io.deltaport.meta.Blobs;
import io.deltaport.meta.Blobs.Stored;
import io.deltaport.meta.Database;
import io.deltaport.meta.Repositories;
import io.deltaport.meta.Suspects;
import io.deltaport.oci.Digest;
import io.deltaport.oci.ErrorCode;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.util.ByteRange;
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
  private final BlobRecipes recipes;
  private final ColdBlobs cold;
  private final Suspects suspects;

  BlobStore(
      Driver driver,
      Database database,
      Repositories repositories,
      Blobs blobs,
      BlobRecipes recipes,
      ColdBlobs cold,
      Suspects suspects) {
    this.driver = driver;
    this.database = database;
    this.repositories = repositories;
    this.blobs = blobs;
    this.recipes = recipes;
    this.cold = cold;
    this.suspects = suspects;
  }

  /**
   * Returns the blob and keeps it from being collected for a while.
   *
   * @throws RegistryException with BLOB_UNKNOWN, also when its file is damaged as far as can be
   *     seen without reading it: a push stores it again then
   */
  public Stored find(String repository, Digest digest) {
    Stored blob =
        database.transact(
            session -> blobs.findRenewingLease(session, repository, digest.toString()));
    if (blob == null || !isWhole(digest, blob)) {
      throw unknown(repository, digest);
    }
    return blob;
  }

  /**
   * Says whether the file is as long as its row says; one that is not counts as absent. A blob
   * without a file can be made, as it was proved.
   */
  private boolean isWhole(Digest digest, Stored blob) {
    if (!blob.raw()) {
      return true;
    }
    try {
      long lengthBytes = driver.length(StoreLayout.blob(digest));
      if (lengthBytes == blob.sizeBytes()) {
        return true;
      }
      String problem = "its file has %d bytes, not %d".formatted(lengthBytes, blob.sizeBytes());
      suspects.report("blob", digest.toString(), problem);
    } catch (NoSuchFileException e) {
      return isGone(digest);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return false;
  }

  /** Says whether a file that is missing may be: perhaps it has just gone. */
  private boolean isGone(Digest digest) {
    boolean gone = database.transact(session -> recipes.isGone(session, digest.toString()));
    if (!gone) {
      suspects.report("blob", digest.toString(), "its file is missing");
    }
    return gone;
  }

  /**
   * Opens a blob, or a part of it, for an answer.
   *
   * @param blob as {@link #find} returned it just now
   * @throws RegistryException with BLOB_UNKNOWN if it cannot be made: something is damaged
   */
  public BlobContent content(String repository, Digest digest, Stored blob, ByteRange part) {
    try {
      return blob.raw() && driver.find(StoreLayout.blob(digest)).isPresent()
          ? new BlobContent.InFile(file(digest))
          : cold.open(digest, blob.sizeBytes(), part);
    } catch (NoSuchFileException e) {
      throw unknown(repository, digest);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the local file with the bytes of a blob that is no layer, for sendfile. */
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
    try {
      String key = StoreLayout.blob(digest);
      return driver.read(key, 0, driver.length(key));
    } catch (NoSuchFileException e) {
      return cold.open(digest, length(digest));
    }
  }

  /**
   * Opens a part of a stored blob, whichever repository it belongs to.
   *
   * @throws java.nio.file.NoSuchFileException if it is not stored
   */
  public InputStream open(Digest digest, long offset, long length) throws IOException {
    try {
      return driver.read(StoreLayout.blob(digest), offset, length);
    } catch (NoSuchFileException e) {
      return cold.open(digest, new ByteRange(offset, length));
    }
  }

  /** Returns the length in bytes of a stored blob, whichever repository it belongs to. */
  public long length(Digest digest) throws IOException {
    try {
      return driver.length(StoreLayout.blob(digest));
    } catch (NoSuchFileException e) {
      Optional<Long> made = cold.length(digest);
      if (made.isEmpty()) {
        suspects.report("blob", digest.toString(), "its file is missing");
        throw e;
      }
      return made.get();
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
    Stored blob = database.transact(session -> blobs.find(session, repository, digest.toString()));
    return blob != null && isWhole(digest, blob);
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
