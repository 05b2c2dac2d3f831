package io.deltaport.image.cold;

import io.deltaport.image.KeyLocks;
import io.deltaport.job.JobEntity;
import io.deltaport.job.JobHandler;
import io.deltaport.job.JobKind;
import io.deltaport.layer.blob.BlobKinds;
import io.deltaport.layer.blob.BlobMaker;
import io.deltaport.layer.blob.BlobRecipeInfo;
import io.deltaport.meta.BlobRecipes;
import io.deltaport.meta.BlobRecipes.RawLayer;
import io.deltaport.meta.Database;
import io.deltaport.meta.StoredObjects;
import io.deltaport.oci.Digest;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.util.ByteSource;
import io.deltaport.util.Progress;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.hibernate.reactive.mutiny.Mutiny.StatelessSession;
import org.jboss.logging.Logger;

/**
 * Finds out how the layer blobs of an image are made again, proves it, and lets the files go that
 * were pushed. Thread-safe; may be repeated at any point.
 *
 * <p>First the blob recipe is durable and proved, then its row is committed; then the blob's row
 * says that its file is not needed; then {@link RawFiles} unlinks the file.
 */
@ApplicationScoped
class Compaction implements JobHandler {
  private static final Logger LOG = Logger.getLogger(Compaction.class);
  private static final String STAGE = "compact";

  private final Database database;
  private final Driver driver;
  private final BlobMaker maker;
  private final BlobRecipes recipes;
  private final HotBlobs hot;
  private final RawFiles raw;
  private final boolean keepRaw;
  private final KeyLocks locks = new KeyLocks();

  Compaction(
      Database database,
      Driver driver,
      StoredObjects objects,
      BlobRecipes recipes,
      HotBlobs hot,
      RawFiles raw,
      @ConfigProperty(name = "deltaport.blob.keep-raw") boolean keepRaw) {
    this.database = database;
    this.driver = driver;
    this.maker = new BlobMaker(driver, objects);
    this.recipes = recipes;
    this.hot = hot;
    this.raw = raw;
    this.keepRaw = keepRaw;
  }

  @Override
  public JobKind kind() {
    return JobKind.COMPACT;
  }

  @Override
  public String run(JobEntity job, Progress progress) throws IOException {
    List<RawLayer> layers = database.transact(session -> work(session, job.target));
    long total = layers.stream().mapToLong(RawLayer::sizeBytes).sum();
    long done = 0;
    List<String> gone = new ArrayList<>();
    for (RawLayer layer : layers) {
      long before = done;
      BlobMaker.Watcher watcher = made -> progress.update(STAGE, before + made, total);
      if (locks.locked(layer.digest(), () -> isMade(layer, watcher)) && letGo(layer)) {
        gone.add(layer.digest());
      }
      done += layer.sizeBytes();
    }
    raw.unlinkSoon(gone);
    return null;
  }

  private Uni<List<RawLayer>> work(StatelessSession session, String image) {
    return recipes.work(session, image, BlobKinds.generation(), keepRaw);
  }

  /** Says whether the blob can be made, finding it out first when nobody has yet. */
  private boolean isMade(RawLayer layer, BlobMaker.Watcher watcher) throws IOException {
    if (layer.described()
        || database.transact(session -> recipes.diffId(session, layer.digest())) != null) {
      return true;
    }
    Digest digest = Digest.parse(layer.digest());
    Optional<BlobRecipeInfo> found;
    try {
      found = maker.describe(digest, raw(digest), Digest.parse(layer.diffId()), watcher);
    } catch (NoSuchFileException e) {
      LOG.infof("The blob %s is not looked into: %s has gone", digest, e.getMessage());
      return false;
    }
    if (found.isEmpty()) {
      LOG.infof("The blob %s stays as it was pushed: no known compressor makes it", digest);
      database.transact(
          session -> recipes.recordNotMade(session, layer.digest(), BlobKinds.generation()));
      return false;
    }
    BlobRecipeInfo info = found.get();
    LOG.infof(
        "The blob %s can be made again: %s, %d bytes beside its tar",
        digest, BlobKinds.name(info.kind()), info.lengthBytes());
    return database.transact(
        session ->
            recipes.record(
                session, layer.digest(), layer.diffId(), info.kind(), info.lengthBytes()));
  }

  private ByteSource raw(Digest digest) throws IOException {
    String key = StoreLayout.blob(digest);
    long length = driver.length(key);
    return ByteSource.of(length, offset -> driver.read(key, offset, length - offset));
  }

  private boolean letGo(RawLayer layer) throws IOException {
    if (keepRaw) {
      return false;
    }
    try {
      hot.keepRaw(Digest.parse(layer.digest()));
    } catch (NoSuchFileException e) {
      return false; // Another server was faster.
    }
    return database.transact(session -> recipes.letGo(session, layer.digest()));
  }
}
