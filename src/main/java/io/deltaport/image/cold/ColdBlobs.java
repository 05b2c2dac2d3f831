package io.deltaport.image.cold;

import io.deltaport.layer.RecipeFormatException;
import io.deltaport.layer.blob.BlobMaker;
import io.deltaport.layer.blob.BlobRecipe;
import io.deltaport.layer.blob.BlobRecipeException;
import io.deltaport.meta.StoredObjects;
import io.deltaport.meta.Suspects;
import io.deltaport.oci.Digest;
import io.deltaport.store.ObjectNotFoundException;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.pack.PackFormatException;
import io.deltaport.util.ByteRange;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Blobs that are made again when somebody asks. Thread-safe.
 *
 * <p>However many ask for one blob, it is made once: into a file that grows, which all of them
 * follow, and which is kept while the cache has room. Parts are made by themselves where that is
 * possible. Whatever turns out to be wrong is reported to the scrub.
 */
@ApplicationScoped
public class ColdBlobs {
  private static final Logger LOG = Logger.getLogger(ColdBlobs.class);

  /** Blobs that are made at once; more would only be slower each, and others wait. */
  private static final int REBUILDS_MAX = 8;

  /** Tries to join a rebuild that ends at that moment. */
  private static final int JOINS_MAX = 16;

  /** Causes that are looked through: more than any failure is wrapped. */
  private static final int CAUSES_MAX = 16;

  private final HotBlobs hot;
  private final Driver driver;
  private final BlobMaker maker;
  private final Suspects suspects;
  private final MeterRegistry registry;
  private final Counter hits;
  private final Counter parts;
  private final ConcurrentHashMap<Digest, Rebuild> underWay = new ConcurrentHashMap<>();
  // Threads of the system's: making a blob computes all the time, and would starve virtual threads.
  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          REBUILDS_MAX, Thread.ofPlatform().daemon().name("rebuild-", 0).factory());

  ColdBlobs(
      HotBlobs hot,
      Driver driver,
      StoredObjects objects,
      Suspects suspects,
      MeterRegistry registry) {
    this.hot = hot;
    this.driver = driver;
    this.maker = new BlobMaker(driver, objects);
    this.suspects = suspects;
    this.registry = registry;
    this.hits =
        Counter.builder("deltaport.blob.cache.hits")
            .description("Requests for blobs without a raw file that the cache served")
            .register(registry);
    this.parts =
        Counter.builder("deltaport.blob.part.rebuilds")
            .description("Parts of blobs that were made by themselves")
            .register(registry);
    rebuilds("done");
    rebuilds("wrong");
    rebuilds("failed");
  }

  private Counter rebuilds(String outcome) {
    return Counter.builder("deltaport.blob.rebuilds")
        .description("Blobs that were made again; any that is wrong means damage")
        .tag("outcome", outcome)
        .register(registry);
  }

  @PreDestroy
  void stop() {
    threads.shutdownNow();
  }

  /**
   * Opens a blob for an answer.
   *
   * @param length of the blob
   * @param part what of it is asked for
   * @throws NoSuchFileException if it cannot be made, as far as its first bytes tell: it is damaged
   * @throws IOException if it cannot be made now
   */
  public BlobContent open(Digest digest, long length, ByteRange part) throws IOException {
    Optional<Path> kept = hot.find(digest);
    if (kept.isPresent()) {
      hits.increment();
      return new BlobContent.InFile(kept.get());
    }
    boolean whole = part.length() == length;
    try {
      if (!hot.hasRoom(length)) {
        return new BlobContent.Made(whole ? make(digest, length) : make(digest, part));
      }
      if (!whole && maker.isSeekable(digest)) {
        return part(digest, length, part);
      }
    } catch (IOException e) {
      throw reported(digest, e);
    }
    return follow(digest, length, !whole);
  }

  private BlobContent part(Digest digest, long length, ByteRange part) throws IOException {
    if (hot.takes(length)) {
      begin(digest, length, false);
    }
    return new BlobContent.Made(make(digest, part));
  }

  private BlobContent follow(Digest digest, long length, boolean part) throws IOException {
    try {
      return join(digest, length, part);
    } catch (IOException e) {
      // The thread that makes the blob has reported it.
      throw told(digest, e);
    }
  }

  private BlobContent join(Digest digest, long length, boolean part) throws IOException {
    for (int i = 0; i < JOINS_MAX; i++) {
      Rebuild rebuild = begin(digest, length, true);
      if (rebuild != null) {
        boolean joined = false;
        try {
          FileChannel file = rebuild.open();
          if (file != null) {
            joined = true;
            return growing(rebuild, file, part);
          }
        } finally {
          if (!joined) {
            rebuild.leave();
          }
        }
      }
      Optional<Path> kept = hot.find(digest);
      if (kept.isPresent()) {
        return new BlobContent.InFile(kept.get());
      }
    }
    throw new IOException("the blob " + digest + " comes and goes");
  }

  /** Of a part nothing counts before the whole is right: that is better known before the answer. */
  private static BlobContent growing(Rebuild rebuild, FileChannel file, boolean part)
      throws IOException {
    GrowingBlob blob = new GrowingBlob(rebuild, file, failure -> told(rebuild.digest(), failure));
    boolean ready = false;
    try {
      if (part) {
        rebuild.awaitWhole();
      }
      ready = true;
      return new BlobContent.Growing(blob);
    } finally {
      if (!ready) {
        blob.close();
      }
    }
  }

  /** Begins to make a blob, or finds that it is being made; null when that ends at this moment. */
  private Rebuild begin(Digest digest, long length, boolean join) {
    Rebuild fresh = new Rebuild(digest, length, hot.newFile(), hot.takes(length));
    if (join) {
      fresh.join();
    }
    Rebuild found = underWay.putIfAbsent(digest, fresh);
    if (found == null) {
      threads.execute(() -> run(fresh));
      return fresh;
    }
    if (!join || found.join()) {
      return found;
    }
    underWay.remove(digest, found); // It is at its end; who tries again begins anew.
    return null;
  }

  private void run(Rebuild rebuild) {
    Digest digest = rebuild.digest();
    try {
      rebuild.run(() -> maker.open(digest, 0), file -> hot.keep(digest, file));
      rebuilds("done").increment();
    } catch (IOException e) {
      if (!(e.getCause() instanceof CancellationException)) {
        IOException reported = reported(digest, e);
        LOG.debugf(reported, "The blob %s was not made again", digest);
      }
    } finally {
      underWay.remove(digest, rebuild);
    }
  }

  /** Opens a whole blob, whose digest is compared before its last byte is handed out. */
  public InputStream open(Digest digest, long length) throws IOException {
    Optional<InputStream> kept = hot.open(digest, new ByteRange(0, length));
    return kept.isPresent() ? kept.get() : make(digest, length);
  }

  private InputStream make(Digest digest, long length) throws IOException {
    return new HeldBackStream(maker.open(digest, 0), length, digest, e -> reported(digest, e));
  }

  /** Opens a part of a blob, of which everything is verified before its last byte is handed out. */
  public InputStream open(Digest digest, ByteRange part) throws IOException {
    Optional<InputStream> kept = hot.open(digest, part);
    return kept.isPresent() ? kept.get() : make(digest, part);
  }

  private InputStream make(Digest digest, ByteRange part) throws IOException {
    parts.increment();
    return new HeldBackStream(
        maker.openVerified(digest, part.offset()), part.length(), null, e -> reported(digest, e));
  }

  /** Returns the length of a blob that can be made; empty when it has no recipe. */
  public Optional<Long> length(Digest digest) throws IOException {
    try {
      return Optional.of(BlobRecipe.open(driver, digest).blobLength());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Tells the scrub of what is damaged, and returns what to throw. */
  IOException reported(Digest digest, IOException failure) {
    boolean damage = isDamage(failure);
    rebuilds(damage ? "wrong" : "failed").increment();
    if (!damage) {
      LOG.warnf("The blob %s cannot be made again now: %s", digest, failure.getMessage());
      return failure;
    }
    LOG.errorf(failure, "The blob %s cannot be made again: something is damaged", digest);
    causes(failure).forEach(cause -> report(digest, cause));
    return new DamagedBlobException(digest, failure);
  }

  /** Returns what who asked for a blob is told, when it was reported already. */
  private static IOException told(Digest digest, IOException failure) {
    return isDamage(failure) ? new DamagedBlobException(digest, failure) : failure;
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(CAUSES_MAX);
  }

  private static boolean isDamage(IOException failure) {
    return causes(failure)
        .anyMatch(
            cause ->
                cause instanceof PackFormatException
                    || cause instanceof RecipeFormatException
                    || cause instanceof BlobRecipeException
                    || cause instanceof WrongBlobException
                    || cause instanceof ObjectNotFoundException
                    || cause instanceof EOFException
                    || cause instanceof NoSuchFileException);
  }

  private void report(Digest digest, Throwable cause) {
    switch (cause) {
      case PackFormatException e -> suspects.report("pack", e.pack(), e.getMessage());
      case RecipeFormatException e ->
          suspects.report("recipe", e.diffId().toString(), e.getMessage());
      case BlobRecipeException e ->
          suspects.report("blob-recipe", e.blob().toString(), e.getMessage());
      case WrongBlobException e -> suspects.report("blob", digest.toString(), e.getMessage());
      case ObjectNotFoundException e -> suspects.report("blob", digest.toString(), e.getMessage());
      case NoSuchFileException e ->
          suspects.report("blob", digest.toString(), "a file is missing: " + e.getMessage());
      case EOFException e ->
          suspects.report("blob", digest.toString(), "a file is cut: " + e.getMessage());
      default -> {}
    }
  }
}
