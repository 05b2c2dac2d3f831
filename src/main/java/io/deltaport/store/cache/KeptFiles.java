package io.deltaport.store.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Large files as they are, below a folder of this machine, up to a limit; what is asked for often
 * and lately stays (W-TinyLFU). Thread-safe.
 *
 * <p>Nothing here is needed: what is missing is made anew. A file comes whole by a rename or a hard
 * link, durable already, so what is there after a crash is whole. One that has to go is unlinked a
 * little later, so that whoever was told of it can open it.
 *
 * @param <K> what a file is for
 */
public final class KeptFiles<K> {
  private static final System.Logger LOG = System.getLogger(KeptFiles.class.getName());
  private static final int FAN_OUT_DIGITS = 2;

  /** Caffeine weighs with an int: in units of this a file of 8 TiB has a weight. */
  private static final int UNIT_BYTES = 4096;

  private final Path folder;
  private final Path temp;
  private final FileNames<K> names;
  private final long limitBytes;
  private final long reserveBytes;
  private final Executor later;
  private final AtomicLong temps = new AtomicLong();
  private final Cache<K, Long> lengths;

  /**
   * Takes over what an earlier server left in the folder, and removes what is not the cache's.
   *
   * @param folder whose files are all the cache's
   * @param limitBytes that the files may take together; 0 for keeping none
   * @param reserveBytes of the disk that others need
   * @param linger how long a file that has to go can still be opened
   */
  public KeptFiles(
      Path folder, FileNames<K> names, long limitBytes, long reserveBytes, Duration linger)
      throws IOException {
    this.folder = folder;
    this.temp = folder.resolve("temp");
    this.names = names;
    this.limitBytes = limitBytes;
    this.reserveBytes = reserveBytes;
    this.later = Lingering.executor(linger);
    this.lengths =
        Caffeine.newBuilder()
            .maximumWeight(limitBytes / UNIT_BYTES)
            .weigher((K key, Long length) -> weight(length))
            .executor(Runnable::run)
            // Called after the key has gone, unlike a listener of evictions: a file that seems to
            // have come back would stay for ever.
            .removalListener(this::removed)
            .build();
    Files.createDirectories(temp);
    Files.walkFileTree(folder, new Loader());
  }

  private static int weight(long length) {
    return (int) Math.min(Integer.MAX_VALUE, length / UNIT_BYTES + 1);
  }

  private final class Loader extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Optional<K> key = names.parse(file.getFileName().toString());
      if (key.isPresent() && path(key.get()).equals(file)) {
        lengths.put(key.get(), attributes.size());
      } else {
        Files.deleteIfExists(file);
      }
      return FileVisitResult.CONTINUE;
    }
  }

  /** Says whether a file of that length may stay at all. */
  public boolean takes(long length) {
    return weight(length) <= limitBytes / UNIT_BYTES;
  }

  /** Says whether the disk has room for so many bytes more, its reserve left alone. */
  public boolean hasRoom(long bytes) throws IOException {
    return Files.getFileStore(folder).getUsableSpace() - bytes > reserveBytes;
  }

  /** Returns the file, when it is there and as long as it was; it can be opened for a while. */
  public Optional<Path> find(K key) throws IOException {
    Long length = lengths.getIfPresent(key);
    if (length == null) {
      synchronized (this) {
        length = lengths.getIfPresent(key); // It may have been coming in.
      }
    }
    if (length == null) {
      return Optional.empty();
    }
    Path path = path(key);
    try {
      if (Files.size(path) == length) {
        return Optional.of(path);
      }
    } catch (NoSuchFileException e) {
      LOG.log(Level.DEBUG, "The kept file {0} has gone", path.getFileName());
    }
    remove(key);
    return Optional.empty();
  }

  /** Returns the name of a new file to be written, on the disk of the others. */
  public Path newFile() {
    return temp.resolve(Long.toString(temps.incrementAndGet()));
  }

  /**
   * Takes a file in that was written under {@link #newFile}; it is gone from there then, and may
   * have to go at once.
   */
  public void keep(K key, Path made) throws IOException {
    synchronized (this) {
      long length = Files.size(made);
      Path path = path(key);
      Files.createDirectories(path.getParent());
      Files.move(made, path, StandardCopyOption.ATOMIC_MOVE);
      lengths.put(key, length);
    }
  }

  /** Takes another name of a file in that lies on the same disk. */
  public void link(K key, Path existing) throws IOException {
    Path made = newFile();
    try {
      Files.createLink(made, existing);
      keep(key, made);
    } catch (FileAlreadyExistsException e) {
      throw new IllegalStateException("names of new files are unique", e);
    } finally {
      Files.deleteIfExists(made);
    }
  }

  /** Removes a file that is of no use. */
  public synchronized void remove(K key) throws IOException {
    lengths.invalidate(key);
    Files.deleteIfExists(path(key));
  }

  /** Returns how many bytes of files there are, about. */
  public long weightBytes() {
    return lengths
        .policy()
        .eviction()
        .map(eviction -> eviction.weightedSize().orElse(0) * UNIT_BYTES)
        .orElse(0L);
  }

  /** Waits until it is settled which files beyond the limit have to go. */
  public void settle() {
    lengths.cleanUp();
  }

  private void removed(K key, Long length, RemovalCause cause) {
    if (cause.wasEvicted()) {
      later.execute(() -> unlink(key));
    }
  }

  private synchronized void unlink(K key) {
    if (lengths.asMap().containsKey(key)) {
      return; // It came back meanwhile.
    }
    try {
      Files.deleteIfExists(path(key));
    } catch (IOException e) {
      LOG.log(Level.WARNING, "A kept file could not be removed: {0}", e.getMessage());
    }
  }

  private Path path(K key) {
    String name = names.name(key);
    return folder.resolve(name.substring(0, FAN_OUT_DIGITS)).resolve(name);
  }
}
