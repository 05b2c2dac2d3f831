package io.deltaport.delta.ocidelta;

import io.deltaport.delta.tardiff.TarDiffApplier;
import io.deltaport.layer.FlatTree;
import io.deltaport.oci.Descriptor;
import io.deltaport.oci.Digest;
import io.deltaport.oci.MediaTypes;
import io.deltaport.oci.OciLayout;
import io.deltaport.oci.OciLayoutWriter;
import io.deltaport.store.ObjectReader;
import io.deltaport.store.driver.Driver;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.util.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the target of a delta from its source. Thread-safe.
 *
 * <p>Each layer is checked: a rebuilt one against its diff_id, one that comes verbatim against its
 * digest. The bytes of a compressed layer are not in a delta, so a rebuilt layer is an uncompressed
 * tar and the manifest is written anew; the config, and so the image's ID, stays.
 */
public final class DeltaApplier {
  /** Longest layer that is rebuilt: what absorbing takes, too. */
  private static final long LAYER_BYTES_MAX = 64L << 30;

  private static final String STAGE = "apply";

  private final Driver driver;
  private final ObjectReader objects;
  private final Path tempFolder;

  /**
   * Makes an applier.
   *
   * @param driver takes the rebuilt layers until they are written out
   * @param objects has the files of the source
   */
  public DeltaApplier(Driver driver, ObjectReader objects, Path tempFolder) {
    this.driver = driver;
    this.objects = objects;
    this.tempFolder = tempFolder;
  }

  /** Where the parts of an image come from. */
  public record Source(DeltaImage image, FlatTree tree, OciLayout layout) {}

  /**
   * Writes the target.
   *
   * @return digest of the manifest that was written
   * @throws DeltaException if the delta starts from another image, or makes something else than it
   *     says
   */
  public Digest apply(
      OciLayout delta,
      ReceivedDelta received,
      Source source,
      OciLayoutWriter out,
      String tag,
      Progress progress)
      throws IOException {
    String config = source.image().manifest().config().digest();
    if (!config.equals(received.sourceConfig())) {
      throw new DeltaException(
          "the delta starts from the image with the config "
              + received.sourceConfig()
              + ", and this one has "
              + config);
    }
    DeltaImage target = received.target();
    List<Descriptor> layers = new ArrayList<>();
    long doneBytes = 0;
    for (int i = 0; i < target.layers().size(); i++) {
      progress.update(STAGE, doneBytes, target.manifest().totalBytes());
      layers.add(layer(delta, received, source, i, out));
      doneBytes += target.layers().get(i).size();
    }
    out.blob(target.manifest().config().parsedDigest(), target.configBytes());
    byte[] manifest = AppliedManifest.of(target, layers);
    Digest digest = Digest.sha256(manifest);
    out.blob(digest, manifest);
    out.finish(Descriptor.of(target.manifest().mediaType(), digest, manifest.length), tag);
    return digest;
  }

  private Descriptor layer(
      OciLayout delta, ReceivedDelta received, Source source, int i, OciLayoutWriter out)
      throws IOException {
    Descriptor wanted = received.target().layers().get(i);
    Digest diffId = received.target().diffId(i);
    Descriptor carried = received.layers().get(wanted.digest());
    if (carried == null) {
      return reuse(source, diffId, wanted, out);
    }
    if (!carried.mediaType().equals(Annotations.TAR_DIFF)) {
      copy(delta, wanted, out);
      return wanted;
    }
    return rebuild(delta, carried, source, diffId, wanted, out);
  }

  private static Descriptor reuse(
      Source source, Digest diffId, Descriptor wanted, OciLayoutWriter out) throws IOException {
    int index = source.image().config().diffIds().indexOf(diffId);
    if (index < 0) {
      throw new DeltaException(
          "the delta leaves out the layer " + wanted.digest() + ", which the source does not have");
    }
    Descriptor own = source.image().layers().get(index);
    copy(source.layout(), own, out);
    return own.withAnnotations(wanted.annotations());
  }

  private static void copy(OciLayout from, Descriptor blob, OciLayoutWriter out)
      throws IOException {
    Digest digest = blob.parsedDigest();
    try (InputStream in = from.open(digest)) {
      out.blob(digest, in, from.length(digest));
    }
  }

  private Descriptor rebuild(
      OciLayout delta,
      Descriptor carried,
      Source source,
      Digest diffId,
      Descriptor wanted,
      OciLayoutWriter out)
      throws IOException {
    TreeSources sources = new TreeSources(source.tree(), objects, tempFolder);
    try (BlobWriter writer = new BlobWriter(driver);
        InputStream in = delta.open(carried.parsedDigest())) {
      TarDiffApplier.apply(in, sources, writer.output(), LAYER_BYTES_MAX);
      long length = writer.length();
      Digest rebuilt = writer.publish();
      if (!rebuilt.equals(diffId)) {
        throw new DeltaException(
            "the layer "
                + wanted.digest()
                + " was rebuilt as "
                + rebuilt
                + ", but its diff_id is "
                + diffId);
      }
      String key = StoreLayout.blob(rebuilt);
      try (InputStream tar = driver.read(key, 0, length)) {
        out.blob(rebuilt, tar, length);
      }
      driver.delete(key);
      String mediaType =
          wanted.mediaType().startsWith("application/vnd.docker.")
              ? "application/vnd.docker.image.rootfs.diff.tar"
              : MediaTypes.OCI_LAYER_TAR;
      return Descriptor.of(mediaType, rebuilt, length).withAnnotations(wanted.annotations());
    }
  }
}
