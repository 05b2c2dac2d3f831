package io.deltaport.store.driver;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

/**
 * Keeps files in one folder of a local filesystem, drawn by {@link StoreLayout}. Thread-safe.
 *
 * <p>A published file is durable: its bytes are synced before the rename, its folder and every
 * folder made for it after the rename. A failed fsync is never retried; the file is thrown away,
 * because the kernel may have dropped the pages that it could not write. Several processes may use
 * the same folder.
 */
public final class FilesystemDriver implements Driver, AutoCloseable {
  // Publishers of one key wait for each other; different keys rarely do.
  private static final int LOCK_STRIPES = 64;

  private final Path root;
  private final Path pending;
  private final Durability durability;
  private final PublishClaims claims;
  private final DurableFolders folders;
  private final TempFolder temp;
  private final DiskSpace space;
  private final ReentrantLock[] publishLocks =
      IntStream.range(0, LOCK_STRIPES)
          .mapToObj(i -> new ReentrantLock())
          .toArray(ReentrantLock[]::new);

  /**
   * Opens the store in {@code root}, which is made when it is missing.
   *
   * @throws IOException if the folder cannot be made or written to
   */
  public FilesystemDriver(Path root) throws IOException {
    this(root, 0);
  }

  /** As above, and leaves {@code reserveBytes} of the disk free: writes fail before. */
  public FilesystemDriver(Path root, long reserveBytes) throws IOException {
    this(root, reserveBytes, PublishClaims.NONE);
  }

  /** As above, and tells {@code claims} of every file before it is published. */
  public FilesystemDriver(Path root, long reserveBytes, PublishClaims claims) throws IOException {
    this(root, reserveBytes, claims, Durability.FSYNC);
  }

  FilesystemDriver(Path root, long reserveBytes, Durability durability) throws IOException {
    this(root, reserveBytes, PublishClaims.NONE, durability);
  }

  FilesystemDriver(Path root, long reserveBytes, PublishClaims claims, Durability durability)
      throws IOException {
    this.claims = claims;
    this.root = Files.createDirectories(root).toRealPath();
    this.pending = this.root.resolve(StoreLayout.PENDING);
    this.durability = durability;
    this.space = new DiskSpace(this.root, reserveBytes);
    this.folders = new DurableFolders(this.root, durability);
    folders.make(pending);
    Path temps = this.root.resolve(StoreLayout.TEMP);
    folders.make(temps);
    this.temp = TempFolder.claim(temps);
  }

  /**
   * Removes anonymous files that processes left behind when they died; those of drivers that are
   * still open, here or in another process, stay. Named pending files stay too.
   *
   * @return number of files removed
   */
  public int removeAbandoned() throws IOException {
    return TempFolder.removeAbandoned(root.resolve(StoreLayout.TEMP));
  }

  /**
   * {@inheritDoc}
   *
   * @throws DiskFullException if the disk has no space but its reserve
   */
  @Override
  public PendingFile create() throws IOException {
    space.check(0);
    return open(
        temp.newFile(), false, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }

  /**
   * {@inheritDoc}
   *
   * @throws java.nio.file.FileAlreadyExistsException if {@code name} is taken
   * @throws DiskFullException if the disk has no space but its reserve
   */
  @Override
  public PendingFile create(String name) throws IOException {
    space.check(0);
    return open(named(name), true, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }

  @Override
  public PendingFile resume(String name, long length) throws IOException {
    Path path = named(name);
    if (length < 0 || Files.size(path) < length) {
      throw new NoSuchFileException(name, null, "fewer than " + length + " bytes are there");
    }
    FilesystemPendingFile file = open(path, true, Set.of(StandardOpenOption.WRITE));
    try {
      file.truncate(length);
      return file;
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  private FilesystemPendingFile open(Path path, boolean named, Set<? extends OpenOption> options)
      throws IOException {
    return new FilesystemPendingFile(this, path, named, FileChannel.open(path, options));
  }

  @Override
  public void discard(String name) throws IOException {
    Files.deleteIfExists(named(name));
  }

  @Override
  public long length(String key) throws IOException {
    Path file = file(key);
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(key);
    }
    return Files.size(file);
  }

  /**
   * {@inheritDoc}
   *
   * @throws EOFException if the file ends before {@code offset + length}
   */
  @Override
  public InputStream read(String key, long offset, long length) throws IOException {
    if (offset < 0 || length < 0) {
      throw new IllegalArgumentException("a range does not begin before the file");
    }
    long size = length(key);
    if (length > size - offset) {
      throw new EOFException(
          "%s has %d bytes, not %d from %d on".formatted(key, size, length, offset));
    }
    return FileRangeInputStream.open(file(key), offset, length);
  }

  /** Returns the file behind {@code key}, whether or not it is there. */
  @Override
  public Optional<Path> path(String key) {
    return Optional.of(file(key));
  }

  /** {@inheritDoc} Streams that are open on it can still be read to their end. */
  @Override
  public void delete(String key) throws IOException {
    Files.deleteIfExists(file(key));
  }

  /** {@inheritDoc} Publishers in another process can still come between the look and the end. */
  @Override
  public boolean delete(StoredFile seen) throws IOException {
    ReentrantLock lock = publishLock(seen.key());
    lock.lock();
    try {
      if (!find(seen.key()).equals(Optional.of(seen))) {
        return false;
      }
      delete(seen.key());
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Optional<StoredFile> find(String key) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file(key), BasicFileAttributes.class);
      return attributes.isRegularFile()
          ? Optional.of(
              new StoredFile(key, attributes.size(), attributes.lastModifiedTime().toInstant()))
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public boolean quarantine(StoredFile seen, String to) throws IOException {
    Path target = file(to);
    folders.make(target.getParent());
    ReentrantLock lock = publishLock(seen.key());
    lock.lock();
    try {
      if (!find(seen.key()).equals(Optional.of(seen))) {
        return false;
      }
      Path source = file(seen.key());
      Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
      durability.forceFolder(target.getParent());
      durability.forceFolder(source.getParent());
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public List<StoredFile> list(String prefix, String after, int limit) throws IOException {
    return FolderListing.of(root.resolve(StoreLayout.checkPrefix(prefix)), prefix, after, limit);
  }

  @Override
  public List<StoredFile> listPending(String after, int limit) throws IOException {
    return FolderListing.of(pending, "", after, limit);
  }

  /** Removes this driver's anonymous files; named pending files stay for {@link #resume}. */
  @Override
  public void close() throws IOException {
    temp.close();
  }

  private Path file(String key) {
    return root.resolve(StoreLayout.checkKey(key));
  }

  private Path named(String name) {
    return pending.resolve(StoreLayout.checkName(name));
  }

  DiskSpace space() {
    return space;
  }

  PublishClaims claims() {
    return claims;
  }

  Durability durability() {
    return durability;
  }

  /** Moves a file, whose content is durable, to its key. */
  void publish(Path source, String key) throws IOException {
    Path target = file(key);
    folders.make(target.getParent());
    ReentrantLock lock = publishLock(key);
    lock.lock();
    try {
      boolean replaces = Files.exists(target);
      // Another process may publish the same key meanwhile: the same key means the same bytes.
      Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
      forceName(target, replaces);
    } finally {
      lock.unlock();
    }
  }

  private void forceName(Path target, boolean replaced) throws IOException {
    try {
      durability.forceFolder(target.getParent());
    } catch (IOException e) {
      // Where a file was before, someone may rely on it, and either one will be found there.
      if (!replaced) {
        Files.deleteIfExists(target);
      }
      throw e;
    }
  }

  private ReentrantLock publishLock(String key) {
    return publishLocks[Math.floorMod(key.hashCode(), LOCK_STRIPES)];
  }
}
