package io.deltaport.image.cold;

import io.deltaport.image.DiskCache;
import io.deltaport.oci.Digest;
import io.deltaport.store.cache.FileNames;
import io.deltaport.store.cache.KeptFiles;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.PendingFile;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.util.ByteRange;
import io.deltaport.util.Hex;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.configuration.MemorySize;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Files of blobs that are asked for often, on this server's disk. Thread-safe. */
@ApplicationScoped
public class HotBlobs implements DiskCache {
  /** How long after it was told of a file a request may open it. */
  static final Duration LINGER = Duration.ofSeconds(5);

  private final KeptFiles<Digest> files;
  private final Driver driver;

  HotBlobs(
      @ConfigProperty(name = "deltaport.data") String data,
      @ConfigProperty(name = "deltaport.blob.cache") MemorySize size,
      @ConfigProperty(name = "deltaport.disk.reserve") MemorySize reserve,
      Driver driver,
      MeterRegistry registry)
      throws IOException {
    this.files =
        new KeptFiles<>(
            Path.of(data, "cache", "blobs"),
            new Names(),
            size.asLongValue(),
            reserve.asLongValue(),
            LINGER);
    this.driver = driver;
    registry.gauge("deltaport.blob.cache.size.bytes", files, KeptFiles::weightBytes);
  }

  private static final class Names implements FileNames<Digest> {
    private static final Pattern NAME = Pattern.compile("([0-9a-f]+)\\.(sha256|sha512)");

    @Override
    public String name(Digest digest) {
      return digest.hex() + "." + digest.algorithm();
    }

    @Override
    public Optional<Digest> parse(String name) {
      Matcher parts = NAME.matcher(name);
      return parts.matches()
          ? Digest.tryParse(parts.group(2) + ":" + parts.group(1))
          : Optional.empty();
    }
  }

  @Override
  public String name() {
    return "blobs";
  }

  @Override
  public long bytes() {
    return files.weightBytes();
  }

  /** Returns the file of a blob that is kept. */
  public Optional<Path> find(Digest digest) throws IOException {
    return files.find(digest);
  }

  /** Opens a part of a blob that is kept. */
  Optional<InputStream> open(Digest digest, ByteRange part) throws IOException {
    Optional<Path> kept = files.find(digest);
    if (kept.isEmpty()) {
      return Optional.empty();
    }
    InputStream in = Files.newInputStream(kept.get());
    try {
      in.skipNBytes(part.offset());
      return Optional.of(new HeldBackStream(in, part.length(), null, e -> e));
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  /** Says whether a blob of that length may be kept. */
  boolean takes(long length) {
    return files.takes(length);
  }

  /** Says whether the disk has room for a blob of that length. */
  boolean hasRoom(long length) throws IOException {
    return files.hasRoom(length);
  }

  /** Returns the name of a new file. */
  Path newFile() {
    return files.newFile();
  }

  /** Keeps a file that was written, is durable and has the right digest. */
  void keep(Digest digest, Path made) throws IOException {
    files.keep(digest, made);
  }

  /** Keeps the file of a raw blob, which is about to be unlinked, by another name. */
  void keepRaw(Digest digest) throws IOException {
    Optional<Path> raw = driver.path(StoreLayout.blob(digest));
    if (raw.isPresent() && files.takes(Files.size(raw.get()))) {
      files.link(digest, raw.get());
    }
  }

  /**
   * Publishes a blob as a raw one when its file is kept and whole: its recipe is damaged. A kept
   * file that is not whole is removed.
   */
  public boolean restore(Digest digest) throws IOException {
    Optional<Path> kept = files.find(digest);
    if (kept.isEmpty()) {
      return false;
    }
    MessageDigest hash = digest.newMessageDigest();
    try (InputStream in = Files.newInputStream(kept.get());
        PendingFile file = driver.create()) {
      in.transferTo(new DigestOutputStream(file.output(), hash));
      if (Hex.encode(hash.digest()).equals(digest.hex())) {
        file.publish(StoreLayout.blob(digest));
        return true;
      }
    } catch (NoSuchFileException e) {
      return false;
    }
    files.remove(digest);
    return false;
  }

  /** Hashes a kept file and removes it when it is damaged; returns false then. */
  public boolean isWhole(Digest digest) throws IOException {
    Optional<Path> kept = files.find(digest);
    if (kept.isEmpty()) {
      return true;
    }
    MessageDigest hash = digest.newMessageDigest();
    try (InputStream in = Files.newInputStream(kept.get())) {
      in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), hash));
    }
    boolean whole = Hex.encode(hash.digest()).equals(digest.hex());
    if (!whole) {
      files.remove(digest);
    }
    return whole;
  }
}
