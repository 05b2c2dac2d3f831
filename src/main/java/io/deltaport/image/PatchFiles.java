package io.deltaport.image;

import io.deltaport.delta.DeltaEffort;
import io.deltaport.delta.PatchCache;
import io.deltaport.ostree.Checksum;
import io.deltaport.store.cache.FileCache;
import io.deltaport.store.cache.FileNames;
import io.quarkus.runtime.configuration.MemorySize;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * How files are made from others, in files below the data folder: shared by all repositories, tags
 * and formats of deltas. Thread-safe. Without room nothing is remembered, and nothing fails.
 */
@ApplicationScoped
class PatchFiles implements PatchCache, DiskCache {
  private static final Logger LOG = Logger.getLogger(PatchFiles.class);

  private final FileCache<Key> files;

  PatchFiles(
      @ConfigProperty(name = "deltaport.data") String data,
      @ConfigProperty(name = "deltaport.patches.cache") MemorySize size,
      @ConfigProperty(name = "deltaport.disk.reserve") MemorySize reserve)
      throws IOException {
    files =
        new FileCache<>(
            Path.of(data, "cache", "patches"),
            new Names(),
            size.asLongValue(),
            reserve.asLongValue(),
            Duration.ZERO);
  }

  private static final class Names implements FileNames<Key> {
    private static final Pattern NAME =
        Pattern.compile("([0-9a-f]{64})-([0-9a-f]{64})\\.([0-9]{1,9})\\.([a-z]+)");

    @Override
    public String name(Key key) {
      return "%s-%s.%d.%s"
          .formatted(key.source().hex(), key.target().hex(), key.piece(), key.effort().text());
    }

    @Override
    public Optional<Key> parse(String name) {
      Matcher parts = NAME.matcher(name);
      return parts.matches()
          ? DeltaEffort.parse(parts.group(4))
              .map(
                  effort ->
                      new Key(
                          Checksum.parse(parts.group(1)),
                          Checksum.parse(parts.group(2)),
                          Integer.parseInt(parts.group(3)),
                          effort))
          : Optional.empty();
    }
  }

  @Override
  public String name() {
    return "patches";
  }

  @Override
  public long bytes() {
    return files.bytes();
  }

  @Override
  public Optional<byte[]> find(Key key) throws IOException {
    Optional<FileCache.Found> found = files.find(key);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(found.get().path())) {
      byte[] patch = in.readNBytes(Math.toIntExact(found.get().length()));
      return patch.length == found.get().length() ? Optional.of(patch) : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty(); // made room for another one a moment ago
    }
  }

  @Override
  public void put(Key key, byte[] patch) {
    try {
      if (files.hasRoom(patch.length)) {
        files.put(key, out -> out.write(patch));
      }
    } catch (IOException e) {
      LOG.debugf("A patch is not remembered: %s", e.getMessage());
    }
  }
}
