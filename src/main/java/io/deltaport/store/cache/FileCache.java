package io.deltaport.store.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
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
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * Files below a folder of this machine, up to a limit; what is asked for often and lately stays.
 * Thread-safe.
 *
 * <p>Nothing here is durable or needed: what is missing is made anew. A file ends with the CRC-32C
 * of what is before, four bytes in big-endian order, which is checked when the file is read for the
 * first time since the server started: a power cut may have left anything.
 *
 * @param <K> what a file is for
 */
public final class FileCache<K> {
  private static final System.Logger LOG = System.getLogger(FileCache.class.getName());

  private static final int TRAILER_BYTES = 4;
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int FAN_OUT_DIGITS = 2;

  /** What a file takes on the disk beside its bytes, on average. */
  private static final int FILE_OVERHEAD_BYTES = 2_048;

  /** Writes what a file is to have. */
  @FunctionalInterface
  public interface Writer {
    void write(OutputStream out) throws IOException;
  }

  /**
   * A file that is whole; it can be opened for a while, and whoever has opened it goes on reading.
   *
   * @param length of what was written; the trailer comes after it
   */
  public record Found(Path path, long length) {}

  /**
   * A file.
   *
   * @param lengthBytes without the trailer
   * @param checked whether its trailer was looked at
   */
  private record Entry(long lengthBytes, boolean checked) {}

  private final Path folder;
  private final Path temp;
  private final FileNames<K> names;
  private final long reserveBytes;
  private final Executor later;
  private final AtomicLong temps = new AtomicLong();
  private final Cache<K, Entry> entries;

  /**
   * Takes over what an earlier server left in the folder, and removes what is not the cache's.
   *
   * @param folder whose files are all the cache's
   * @param limitBytes that the files may take together
   * @param reserveBytes of the disk that others need
   * @param linger how long a file that has to go can still be opened
   */
  public FileCache(
      Path folder, FileNames<K> names, long limitBytes, long reserveBytes, Duration linger)
      throws IOException {
    this.folder = folder;
    this.temp = folder.resolve("temp");
    this.names = names;
    this.reserveBytes = reserveBytes;
    this.later = Lingering.executor(linger);
    this.entries =
        Caffeine.newBuilder()
            .maximumWeight(limitBytes)
            .weigher((K key, Entry entry) -> weight(entry))
            .executor(Runnable::run)
            .removalListener(this::removed)
            .build();
    Files.createDirectories(temp);
    Files.walkFileTree(folder, new Loader());
  }

  private static int weight(Entry entry) {
    return (int) Math.min(Integer.MAX_VALUE, entry.lengthBytes + FILE_OVERHEAD_BYTES);
  }

  private final class Loader extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Optional<K> key = names.parse(file.getFileName().toString());
      if (key.isPresent() && attributes.size() > TRAILER_BYTES) {
        entries.put(key.get(), new Entry(attributes.size() - TRAILER_BYTES, false));
      } else {
        Files.deleteIfExists(file);
      }
      return FileVisitResult.CONTINUE;
    }
  }

  /** Says whether there is a file, without looking at it. */
  public boolean has(K key) {
    return entries.asMap().containsKey(key);
  }

  /**
   * Returns the file when it is known to be whole. Does not look at the disk: the file may have
   * gone.
   */
  public Optional<Found> ready(K key) {
    Entry entry = entries.getIfPresent(key);
    return entry == null || !entry.checked
        ? Optional.empty()
        : Optional.of(new Found(path(key), entry.lengthBytes));
  }

  /** Returns the file; empty when there is none that is whole. */
  public Optional<Found> find(K key) throws IOException {
    Entry entry = entries.getIfPresent(key);
    if (entry == null) {
      return Optional.empty();
    }
    Path path = path(key);
    if (entry.checked ? !Files.exists(path) : !isWhole(path, entry)) {
      LOG.log(Level.DEBUG, "The cached file {0} is damaged and is made anew", path.getFileName());
      entries.invalidate(key);
      return Optional.empty();
    }
    if (!entry.checked) {
      entries.asMap().replace(key, entry, new Entry(entry.lengthBytes, true));
    }
    return Optional.of(new Found(path, entry.lengthBytes));
  }

  private static boolean isWhole(Path path, Entry entry) throws IOException {
    try (InputStream file = Files.newInputStream(path)) {
      CheckedInputStream in = new CheckedInputStream(file, new CRC32C());
      byte[] buffer = new byte[BUFFER_BYTES];
      long left = entry.lengthBytes;
      while (left > 0) {
        int got = in.read(buffer, 0, (int) Math.min(left, buffer.length));
        if (got < 0) {
          return false;
        }
        left -= got;
      }
      long sum = in.getChecksum().getValue();
      byte[] trailer = file.readNBytes(TRAILER_BYTES + 1);
      return trailer.length == TRAILER_BYTES && ByteBuffer.wrap(trailer).getInt() == (int) sum;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Returns what the files take, about: what is to be removed may still count. */
  public long bytes() {
    return entries.policy().eviction().orElseThrow().weightedSize().orElse(0);
  }

  /** Says whether the disk has room for so many bytes more, its reserve left alone. */
  public boolean hasRoom(long bytes) throws IOException {
    return Files.getFileStore(folder).getUsableSpace() - bytes > reserveBytes;
  }

  /** Makes a file, whole or not at all. */
  public Found put(K key, Writer writer) throws IOException {
    Path made = temp.resolve(Long.toString(temps.incrementAndGet()));
    try {
      long length = write(made, writer);
      Path path = path(key);
      Files.createDirectories(path.getParent());
      synchronized (this) {
        Files.move(made, path, StandardCopyOption.ATOMIC_MOVE);
        entries.put(key, new Entry(length, true));
      }
      return new Found(path, length);
    } finally {
      Files.deleteIfExists(made);
    }
  }

  private static long write(Path path, Writer writer) throws IOException {
    try (OutputStream file = Files.newOutputStream(path)) {
      CheckedOutputStream out =
          new CheckedOutputStream(new BufferedOutputStream(file, BUFFER_BYTES), new CRC32C());
      writer.write(out);
      int sum = (int) out.getChecksum().getValue();
      out.write(ByteBuffer.allocate(TRAILER_BYTES).putInt(sum).array());
      out.flush();
    }
    return Files.size(path) - TRAILER_BYTES;
  }

  /** Waits until it is settled which files beyond the limit have to go. */
  void settle() {
    entries.cleanUp();
  }

  private void removed(K key, Entry entry, RemovalCause cause) {
    if (cause.wasEvicted()) {
      later.execute(() -> unlink(key));
    }
  }

  private synchronized void unlink(K key) {
    if (has(key)) {
      return; // It came back meanwhile.
    }
    try {
      Files.deleteIfExists(path(key));
    } catch (IOException e) {
      LOG.log(Level.WARNING, "A cached file could not be removed: {0}", e.getMessage());
    }
  }

  private Path path(K key) {
    String name = names.name(key);
    return folder.resolve(name.substring(0, FAN_OUT_DIGITS)).resolve(name);
  }
}
