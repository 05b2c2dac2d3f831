package io.deltaport.image.remote;

import io.deltaport.image.DiskCache;
import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectKind;
import io.deltaport.store.cache.FileCache;
import io.deltaport.store.cache.FileNames;
import io.quarkus.runtime.configuration.MemorySize;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Objects in the form in which archives keep them, in files below the data folder. Thread-safe. */
@ApplicationScoped
class ArchiveCache implements DiskCache {
  /** An answer opens its file after it was found, sometimes behind others. */
  private static final Duration LINGER = Duration.ofSeconds(30);

  private final FileCache<RemoteObject> files;

  ArchiveCache(
      @ConfigProperty(name = "deltaport.data") String data,
      @ConfigProperty(name = "deltaport.ostree.cache") MemorySize size,
      @ConfigProperty(name = "deltaport.disk.reserve") MemorySize reserve)
      throws IOException {
    files =
        new FileCache<>(
            Path.of(data, "cache", "ostree"),
            new Names(),
            size.asLongValue(),
            reserve.asLongValue(),
            LINGER);
  }

  private static final class Names implements FileNames<RemoteObject> {
    private static final Pattern NAME = Pattern.compile("([0-9a-f]{64})\\.(filez|dirtree|dirmeta)");

    @Override
    public String name(RemoteObject object) {
      return object.checksum().hex() + "." + object.extension();
    }

    @Override
    public Optional<RemoteObject> parse(String name) {
      Matcher parts = NAME.matcher(name);
      return parts.matches()
          ? Optional.of(new RemoteObject(Checksum.parse(parts.group(1)), kind(parts.group(2))))
          : Optional.empty();
    }

    private static ObjectKind kind(String extension) {
      return switch (extension) {
        case "filez" -> ObjectKind.FILE;
        case "dirtree" -> ObjectKind.DIRTREE;
        default -> ObjectKind.DIRMETA;
      };
    }
  }

  @Override
  public String name() {
    return "ostree";
  }

  @Override
  public long bytes() {
    return files.bytes();
  }

  /** Says whether the object is here, without looking at its file. */
  boolean has(RemoteObject object) {
    return files.has(object);
  }

  /**
   * Returns the file of an object when it is known to be whole. Does not look at the disk: the file
   * may have gone.
   */
  Optional<RemoteFile.Stored> ready(RemoteObject object) {
    return files.ready(object).map(ArchiveCache::stored);
  }

  /** Returns the file of an object; empty when there is none that is whole. */
  Optional<RemoteFile.Stored> find(RemoteObject object) throws IOException {
    return files.find(object).map(ArchiveCache::stored);
  }

  /** Says whether the disk has room for so many bytes more, its reserve left alone. */
  boolean hasRoom(long bytes) throws IOException {
    return files.hasRoom(bytes);
  }

  /** Makes the file of an object, whole or not at all. */
  RemoteFile.Stored put(RemoteObject object, FileCache.Writer writer) throws IOException {
    return stored(files.put(object, writer));
  }

  private static RemoteFile.Stored stored(FileCache.Found file) {
    return new RemoteFile.Stored(file.path().getFileName().toString(), file.path(), file.length());
  }
}
