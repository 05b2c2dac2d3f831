package io.deltaport.image.stats;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.deltaport.image.ManifestStore;
import io.deltaport.image.RegistryException;
import io.deltaport.image.StoredTrees;
import io.deltaport.image.stats.ReleaseChanges.Relation;
import io.deltaport.image.stats.TreeComparison.ObjectTree;
import io.deltaport.meta.Database;
import io.deltaport.meta.FormerImages;
import io.deltaport.meta.ImageTrees;
import io.deltaport.meta.ImageTrees.Tree;
import io.deltaport.meta.ManifestEntity;
import io.deltaport.meta.StoredObjects;
import io.deltaport.oci.Descriptor;
import io.deltaport.oci.ErrorCode;
import io.deltaport.oci.Manifest;
import io.deltaport.oci.OciFormatException;
import io.deltaport.oci.OciParser;
import io.deltaport.ostree.Checksum;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;

/**
 * Tells what releases added. Thread-safe. Comparing two trees of a system takes up to a second, so
 * few are compared at once, and results are kept for some minutes.
 */
@ApplicationScoped
public class ReleaseRequests {
  private static final Logger LOG = Logger.getLogger(ReleaseRequests.class);

  /** Changes of files that are kept in memory, of all releases together. */
  private static final int CACHED_CHANGES_MAX = 2 * TreeDifference.FILES_MAX;

  private static final Duration KEPT = Duration.ofMinutes(10);

  /** Comparisons at once: each holds a level of two trees. */
  private static final int COMPARISONS_MAX = 2;

  /** Two trees by their roots; {@code former} is null for none. */
  private record Key(Checksum former, Checksum later) {}

  /** A comparison, and when it was made. */
  private record Compared(TreeDifference difference, Instant at) {}

  private final Database database;
  private final ManifestStore manifests;
  private final FormerImages formers;
  private final ImageTrees images;
  private final StoredTrees trees;
  private final StoredObjects objects;
  private final Semaphore comparisons = new Semaphore(COMPARISONS_MAX);
  private final Cache<Key, Compared> cache =
      Caffeine.newBuilder()
          .maximumWeight(CACHED_CHANGES_MAX)
          .weigher((Key key, Compared compared) -> 1 + compared.difference().files().size())
          .expireAfterWrite(KEPT)
          .build();

  ReleaseRequests(
      Database database,
      ManifestStore manifests,
      FormerImages formers,
      ImageTrees images,
      StoredTrees trees,
      StoredObjects objects) {
    this.database = database;
    this.manifests = manifests;
    this.formers = formers;
    this.images = images;
    this.trees = trees;
    this.objects = objects;
  }

  /**
   * Compares an image with a former one.
   *
   * @param reference tag or digest of an image
   * @param from tag or digest of the image to compare it with; empty for the one that the tag led
   *     to before, or else the one that was pushed last before it
   * @throws RegistryException if there is no such image in the repository
   */
  public ReleaseChanges changes(String repository, String reference, String from) {
    ManifestEntity image = image(repository, reference);
    Map.Entry<Relation, ManifestEntity> former = former(repository, image, reference, from);
    ManifestEntity before = former == null ? null : former.getValue();
    Map<String, Long> blobs = blobs(image);
    Map<String, Long> fresh = new HashMap<>(blobs);
    if (before != null) {
      fresh.keySet().removeAll(blobs(before).keySet());
    }
    Compared compared = null;
    String reason = null;
    try {
      compared = compare(before, image);
    } catch (NoTreeException e) {
      reason = e.getMessage();
    }
    return new ReleaseChanges(
        image.digest,
        before == null ? null : before.digest,
        former == null ? null : former.getKey(),
        sum(blobs) + image.content.length,
        fresh.size(),
        sum(fresh),
        Optional.ofNullable(compared).map(Compared::difference),
        reason,
        compared == null ? Instant.now() : compared.at());
  }

  private ManifestEntity image(String repository, String reference) {
    ManifestEntity manifest = manifests.get(repository, reference);
    if (!manifest.image) {
      throw new RegistryException(
          ErrorCode.UNSUPPORTED,
          400,
          reference + " is no image; of an index name one of its images by digest");
    }
    return manifest;
  }

  private Map.Entry<Relation, ManifestEntity> former(
      String repository, ManifestEntity image, String reference, String from) {
    if (!from.isEmpty()) {
      return Map.entry(Relation.REQUEST, image(repository, from));
    }
    String byTag = database.transact(session -> formers.replaced(session, image.id, reference));
    String digest =
        byTag != null
            ? byTag
            : database.transact(session -> formers.pushedBefore(session, image.id));
    return digest == null
        ? null
        : manifests
            .tryGet(repository, digest)
            .map(found -> Map.entry(byTag != null ? Relation.TAG : Relation.PUSH, found))
            .orElse(null);
  }

  private static long sum(Map<String, Long> sizes) {
    return sizes.values().stream().mapToLong(Long::longValue).sum();
  }

  private static Map<String, Long> blobs(ManifestEntity image) {
    Map<String, Long> sizes = new HashMap<>();
    try {
      Manifest manifest = OciParser.manifest(image.content, image.mediaType);
      for (Descriptor layer : manifest.layers()) {
        sizes.put(layer.digest(), layer.size());
      }
      sizes.put(manifest.config().digest(), manifest.config().size());
    } catch (OciFormatException e) {
      throw new IllegalStateException("the stored manifest " + image.digest + " is none", e);
    }
    return sizes;
  }

  private Compared compare(ManifestEntity former, ManifestEntity later) throws NoTreeException {
    ObjectTree before = former == null ? null : tree(former);
    ObjectTree after = tree(later);
    Key key = new Key(before == null ? null : before.tree(), after.tree());
    Compared known = cache.getIfPresent(key);
    if (known != null) {
      return known;
    }
    comparisons.acquireUninterruptibly();
    try {
      known = cache.getIfPresent(key);
      if (known == null) {
        Instant now = Instant.now();
        known = new Compared(TreeComparison.of(trees, objects, before, after), now);
        cache.put(key, known);
      }
      return known;
    } catch (IOException e) {
      LOG.warnf(e, "The trees of %s cannot be compared", later.digest);
      throw new NoTreeException("its tree, or the former one, cannot be read");
    } finally {
      comparisons.release();
    }
  }

  private ObjectTree tree(ManifestEntity image) throws NoTreeException {
    Tree tree = database.transact(session -> images.find(session, image.digest));
    if (tree == null) {
      throw new NoTreeException(image.digest + " is not absorbed yet");
    }
    if (tree.commit() == null) {
      throw new NoTreeException(image.digest + " has no tree: it " + tree.reason());
    }
    return new ObjectTree(tree.tree(), tree.meta());
  }

  /** One of two images has no tree, for the reason that the message gives. */
  private static final class NoTreeException extends Exception {
    private static final long serialVersionUID = 1L;

    NoTreeException(String message) {
      super(message);
    }
  }
}
