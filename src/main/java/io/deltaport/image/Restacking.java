package io.deltaport.image;

import io.deltaport.job.JobCancelledException;
import io.deltaport.job.JobEntity;
import io.deltaport.job.JobHandler;
import io.deltaport.job.JobKind;
import io.deltaport.meta.ManifestEntity;
import io.deltaport.oci.Descriptor;
import io.deltaport.oci.Digest;
import io.deltaport.oci.MediaTypes;
import io.deltaport.util.Progress;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Moves restacked tags after those that they follow: the image below, and one layer of what
 * changed, so that clients that know nothing of deltas fetch little. Of an index this is so for
 * each platform. Thread-safe.
 */
@ApplicationScoped
class Restacking implements JobHandler {
  private static final Logger LOG = Logger.getLogger(Restacking.class);

  /** Moves of a tag that one job follows, before it gives others their turn. */
  private static final int MOVES_MAX = 10;

  private final RestackRules rules;
  private final ManifestStore manifests;
  private final ManifestReceiver receiver;
  private final ImageRestack images;
  private final KeyLocks locks = new KeyLocks();

  Restacking(
      RestackRules rules, ManifestStore manifests, ManifestReceiver receiver, ImageRestack images) {
    this.rules = rules;
    this.manifests = manifests;
    this.receiver = receiver;
    this.images = images;
  }

  /** Where and how a tag is followed. */
  private record Place(String repository, RestackRules.Rule rule, Progress progress) {}

  @Override
  public JobKind kind() {
    return JobKind.RESTACK;
  }

  @Override
  public String run(JobEntity job, Progress progress) throws Exception {
    String tag = job.source;
    RestackRules.Rule rule =
        Optional.ofNullable(tag)
            .flatMap(name -> rules.find(job.repository, name))
            .orElseThrow(() -> new JobCancelledException("no rule says that " + tag + " has one"));
    Place place = new Place(job.repository, rule, progress);
    // The job goes to where the tag is now: an earlier one may have been overtaken.
    for (int i = 0; i < MOVES_MAX; i++) {
      ManifestEntity target =
          manifests
              .tryGet(job.repository, tag)
              .orElseThrow(() -> new JobCancelledException("the tag was deleted"));
      String made = locks.locked(job.repository + ":" + tag, () -> follow(place, tag, target));
      if (made != null) {
        return made;
      }
    }
    throw new IllegalStateException("the tag " + tag + " moves faster than it can be followed");
  }

  /** Returns the digest where the restacked tag is now, or null when the tag has moved. */
  private String follow(Place place, String tag, ManifestEntity target) throws IOException {
    String derived = place.rule().derived(tag);
    ManifestEntity below = manifests.tryGet(place.repository(), derived).orElse(null);
    if (below != null && originalOf(below).equals(target.digest)) {
      return below.digest;
    }
    Optional<byte[]> restacked =
        below == null
            ? Optional.empty()
            : target.image ? image(place, below, target) : index(place, below, target);
    boolean isStillThere =
        manifests
            .tryGet(place.repository(), tag)
            .filter(now -> now.digest.equals(target.digest))
            .isPresent();
    if (!isStillThere) {
      return null;
    }
    byte[] content = restacked.orElse(target.content);
    String type =
        restacked.isPresent() && target.image ? MediaTypes.OCI_MANIFEST : target.mediaType;
    Digest digest = Digest.sha256(content);
    receiver.receive(
        new ManifestPush(place.repository(), Optional.empty(), List.of(derived), type, content));
    LOG.infof(
        "%s:%s is %s, %s",
        place.repository(), derived, digest, restacked.isPresent() ? "restacked" : "whole");
    return digest.toString();
  }

  private static String originalOf(ManifestEntity row) {
    return RestackedManifest.originalOf(
        row.digest, StoredManifest.parse(row.content, row.mediaType, "manifest " + row.digest));
  }

  private Optional<byte[]> image(Place place, ManifestEntity below, ManifestEntity target)
      throws IOException {
    return below.image
        ? images.restack(place.repository(), below, target, place.rule(), place.progress())
        : Optional.empty();
  }

  /** Returns the index with the images of those platforms that the one below has, too. */
  private Optional<byte[]> index(Place place, ManifestEntity below, ManifestEntity target)
      throws IOException {
    List<Descriptor> old =
        StoredManifest.parse(below.content, below.mediaType, "manifest " + below.digest)
            .manifests();
    List<Descriptor> images =
        StoredManifest.parse(target.content, target.mediaType, "manifest " + target.digest)
            .manifests();
    Map<Integer, byte[]> restacked = new HashMap<>();
    for (int i = 0; i < images.size(); i++) {
      Descriptor image = images.get(i);
      Optional<Descriptor> former =
          old.stream()
              .filter(one -> image.platform() != null && image.platform().equals(one.platform()))
              .findFirst();
      if (former.isPresent()) {
        Optional<byte[]> made = child(place, former.get().digest(), image.digest());
        if (made.isPresent()) {
          restacked.put(i, made.get());
        }
      }
    }
    return restacked.isEmpty()
        ? Optional.empty()
        : Optional.of(RestackedManifest.index(target.content, target.digest, restacked));
  }

  /** Makes and stores the image of one platform; that of the index below stays where it will do. */
  private Optional<byte[]> child(Place place, String belowDigest, String targetDigest)
      throws IOException {
    ManifestEntity below = manifests.tryGet(place.repository(), belowDigest).orElse(null);
    ManifestEntity target = manifests.tryGet(place.repository(), targetDigest).orElse(null);
    if (below == null || target == null || !below.image || !target.image) {
      return Optional.empty();
    }
    if (originalOf(below).equals(target.digest)) {
      return below.digest.equals(target.digest) ? Optional.empty() : Optional.of(below.content);
    }
    Optional<byte[]> made = image(place, below, target);
    made.ifPresent(
        content ->
            receiver.receive(
                new ManifestPush(
                    place.repository(),
                    Optional.of(Digest.sha256(content)),
                    List.of(),
                    MediaTypes.OCI_MANIFEST,
                    content)));
    return made;
  }
}
