package io.deltaport.store.driver;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Durable files by key: the only way to the disk or the bucket. Thread-safe.
 *
 * <p>A key is a relative path of lower-case segments, drawn by {@code StoreLayout} alone. A file is
 * written once through a {@link PendingFile}, is immutable once published, and may be deleted.
 */
public interface Driver {
  /** Begins a file that is discarded unless it is published. */
  PendingFile create() throws IOException;

  /** Begins a file that outlives this process under {@code name} until published or discarded. */
  PendingFile create(String name) throws IOException;

  /**
   * Continues what {@link #create(String)} began, cut back to {@code length} bytes.
   *
   * @throws java.nio.file.NoSuchFileException if there is no such file or it is shorter
   */
  PendingFile resume(String name, long length) throws IOException;

  /** Removes a named pending file; no error when it is not there. */
  void discard(String name) throws IOException;

  /**
   * Returns the length in bytes.
   *
   * @throws java.nio.file.NoSuchFileException if nothing is published under {@code key}
   */
  long length(String key) throws IOException;

  /**
   * Opens {@code length} bytes from {@code offset}.
   *
   * @throws java.nio.file.NoSuchFileException if nothing is published under {@code key}
   */
  InputStream read(String key, long offset, long length) throws IOException;

  /** Returns the local file behind {@code key} where there is one, for sendfile and mapping. */
  Optional<Path> path(String key);

  /** Removes a published file; no error when it is not there. */
  void delete(String key) throws IOException;

  /**
   * Removes a published file, unless it is no longer the one that was {@code seen}: it may have
   * been published again.
   *
   * @param seen what {@link #find} returned before the file was found to be of no use
   * @return whether the file was removed
   */
  boolean delete(StoredFile seen) throws IOException;

  /** Returns the published file under {@code key} as a listing shows it, if there is one. */
  Optional<StoredFile> find(String key) throws IOException;

  /**
   * Moves a damaged file to another key, unless it is no longer the one that was {@code seen}: a
   * good one may have been published in its place.
   *
   * @param seen what {@link #find} returned before the damage was found
   * @param to a key of {@link StoreLayout#QUARANTINE}
   * @return whether the file was moved
   */
  boolean quarantine(StoredFile seen, String to) throws IOException;

  /**
   * Lists published files whose keys begin with {@code prefix}, in byte order of their keys.
   *
   * <p>A file that is published or deleted meanwhile may or may not be listed; every other one is,
   * once, when each call goes on after the last key of the call before.
   *
   * @param prefix one of the folders of {@link StoreLayout}, such as {@code blobs/}
   * @param after list only greater keys; empty means from the start
   * @param limit most files to return, from 1 up; fewer mean that there are no more
   */
  List<StoredFile> list(String prefix, String after, int limit) throws IOException;

  /**
   * Lists named pending files in byte order of their names, which stand in {@link StoredFile#key};
   * otherwise as {@link #list}.
   */
  List<StoredFile> listPending(String after, int limit) throws IOException;
}
