package io.deltaport.image.remote;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectKind;
import io.quarkus.runtime.configuration.MemorySize;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Objects in the form in which archives keep them, in files below the data folder. Thread-safe.
 *
 * <p>Nothing here is durable or needed: what is missing is made anew. A file ends with the CRC-32C
 * of what is before, four bytes in big-endian order, which is checked when the file is read for the
 * first time since the server started: a power cut may have left anything.
 */
@ApplicationScoped
class ArchiveCache {
  private static final Logger LOG = Logger.getLogger(ArchiveCache.class);

  private static final int TRAILER_BYTES = 4;
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int FAN_OUT_DIGITS = 2;

  /** What a file takes on the disk beside its bytes, on average. */
  private static final int FILE_OVERHEAD_BYTES = 2_048;

  private static final Pattern NAME = Pattern.compile("([0-9a-f]{64})\\.(filez|dirtree|dirmeta)");

  /** Writes what a file is to have. */
  interface Writer {
    void write(OutputStream out) throws IOException;
  }

  /**
   * A file.
   *
   * @param lengthBytes without the trailer
   * @param checked whether its trailer was looked at
   */
  private record Entry(long lengthBytes, boolean checked) {}

  private final Path folder;
  private final Path temp;
  private final long reserveBytes;
  private final AtomicLong temps = new AtomicLong();
  private final Cache<RemoteObject, Entry> entries;

  ArchiveCache(
      @ConfigProperty(name = "deltaport.data") String data,
      @ConfigProperty(name = "deltaport.ostree.cache") MemorySize size,
      @ConfigProperty(name = "deltaport.disk.reserve") MemorySize reserve) {
    reserveBytes = reserve.asLongValue();
    folder = Path.of(data, "cache", "ostree");
    temp = folder.resolve("temp");
    entries =
        Caffeine.newBuilder()
            .maximumWeight(size.asLongValue())
            .weigher((RemoteObject object, Entry entry) -> weight(entry))
            .evictionListener(this::evicted)
            .build();
  }

  private static int weight(Entry entry) {
    return (int) Math.min(Integer.MAX_VALUE, entry.lengthBytes + FILE_OVERHEAD_BYTES);
  }

  /** Takes over what an earlier server left. */
  @PostConstruct
  void load() {
    try {
      Files.createDirectories(temp);
      Files.walkFileTree(folder, new Loader());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final class Loader extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Matcher name = NAME.matcher(file.getFileName().toString());
      if (name.matches() && attributes.size() > TRAILER_BYTES) {
        RemoteObject object = new RemoteObject(Checksum.parse(name.group(1)), kind(name.group(2)));
        entries.put(object, new Entry(attributes.size() - TRAILER_BYTES, false));
      } else {
        Files.deleteIfExists(file);
      }
      return FileVisitResult.CONTINUE;
    }
  }

  private static ObjectKind kind(String extension) {
    return switch (extension) {
      case "filez" -> ObjectKind.FILE;
      case "dirtree" -> ObjectKind.DIRTREE;
      default -> ObjectKind.DIRMETA;
    };
  }

  /** Says whether the object is here, without looking at its file. */
  boolean has(RemoteObject object) {
    return entries.asMap().containsKey(object);
  }

  /**
   * Returns the file of an object when it is known to be whole. Does not look at the disk: the file
   * may have gone.
   */
  Optional<RemoteFile.Stored> ready(RemoteObject object) {
    Entry entry = entries.getIfPresent(object);
    return entry == null || !entry.checked
        ? Optional.empty()
        : Optional.of(file(object, path(object), entry.lengthBytes));
  }

  /** Returns the file of an object; empty when there is none that is whole. */
  Optional<RemoteFile.Stored> find(RemoteObject object) throws IOException {
    Entry entry = entries.getIfPresent(object);
    if (entry == null) {
      return Optional.empty();
    }
    Path path = path(object);
    if (entry.checked ? !Files.exists(path) : !isWhole(path, entry)) {
      LOG.debugf("The cached file of object %s is damaged and is made anew", object.checksum());
      entries.invalidate(object);
      return Optional.empty();
    }
    if (!entry.checked) {
      entries.asMap().replace(object, entry, new Entry(entry.lengthBytes, true));
    }
    return Optional.of(file(object, path, entry.lengthBytes));
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

  /** Says whether the disk has room for so many bytes more, its reserve left alone. */
  boolean hasRoom(long bytes) throws IOException {
    return Files.getFileStore(folder).getUsableSpace() - bytes > reserveBytes;
  }

  /** Makes the file of an object, whole or not at all. */
  RemoteFile.Stored put(RemoteObject object, Writer writer) throws IOException {
    Path made = temp.resolve(Long.toString(temps.incrementAndGet()));
    try {
      long length = write(made, writer);
      Path path = path(object);
      Files.createDirectories(path.getParent());
      Files.move(made, path, StandardCopyOption.ATOMIC_MOVE);
      entries.put(object, new Entry(length, true));
      return file(object, path, length);
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

  private static RemoteFile.Stored file(RemoteObject object, Path path, long length) {
    return new RemoteFile.Stored(object.checksum().hex() + "." + object.extension(), path, length);
  }

  private void evicted(RemoteObject object, Entry entry, RemovalCause cause) {
    try {
      // Whoever has opened it goes on reading.
      Files.deleteIfExists(path(object));
    } catch (IOException e) {
      LOG.warnf("A cached file could not be removed: %s", e.getMessage());
    }
  }

  private Path path(RemoteObject object) {
    String name = object.checksum().hex();
    return folder
        .resolve(name.substring(0, FAN_OUT_DIGITS))
        .resolve(name + "." + object.extension());
  }
}
