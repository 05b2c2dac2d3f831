package io.deltaport.cli;

import io.deltaport.delta.DeltaOptions;
import io.deltaport.delta.ocidelta.Annotations;
import io.deltaport.delta.ocidelta.DeltaApplier;
import io.deltaport.delta.ocidelta.DeltaArtifact;
import io.deltaport.delta.ocidelta.DeltaBuilder;
import io.deltaport.delta.ocidelta.DeltaImage;
import io.deltaport.delta.ocidelta.PlainDelta;
import io.deltaport.delta.ocidelta.ReceivedDelta;
import io.deltaport.delta.plain.PlainReport;
import io.deltaport.layer.NotAbsorbableException;
import io.deltaport.oci.Descriptor;
import io.deltaport.oci.Digest;
import io.deltaport.oci.MediaTypes;
import io.deltaport.oci.OciLayout;
import io.deltaport.oci.OciLayoutWriter;
import io.deltaport.oci.OciParser;
import io.deltaport.util.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** Makes and applies deltas between images on this machine, without a server. */
final class LocalDeltas {
  private LocalDeltas() {}

  /**
   * Makes the delta and writes it as an archive.
   *
   * @param wanted but for the folder for temporary files, which is beside {@code file}
   */
  static DeltaArtifact create(
      ImageReference from, ImageReference to, Path file, DeltaOptions wanted, Progress progress)
      throws IOException {
    try (OciLayout sourceLayout = OciLayout.open(from.path());
        OciLayout targetLayout = OciLayout.open(to.path());
        Workspace workspace = Workspace.beside(file)) {
      DeltaImage source = image(sourceLayout, from);
      DeltaImage target = image(targetLayout, to);
      DeltaBuilder.checkPair(source, target);
      workspace.absorbAll(source, sourceLayout, progress);
      Set<Digest> absorbed = absorbWhatIsNew(workspace, source, target, targetLayout, progress);
      DeltaOptions options = wanted.withTempFolder(workspace.folder());
      DeltaArtifact artifact =
          new DeltaBuilder(workspace.driver(), workspace.objects(), options)
              .build(source, workspace.flatten(source), target, absorbed, progress);
      write(artifact, workspace, targetLayout, file);
      return artifact;
    }
  }

  /**
   * Applies a delta to an image of this machine.
   *
   * @return digest of the image that was written
   */
  static Digest apply(Path delta, ImageReference from, ImageReference to, Progress progress)
      throws IOException {
    try (OciLayout deltaLayout = OciLayout.open(delta);
        OciLayout sourceLayout = OciLayout.open(from.path());
        Workspace workspace = Workspace.beside(to.path())) {
      ReceivedDelta received = ReceivedDelta.read(deltaLayout);
      DeltaImage source = image(sourceLayout, from);
      workspace.absorbAll(source, sourceLayout, progress);
      try (OciLayoutWriter writer = writer(to)) {
        return new DeltaApplier(workspace.driver(), workspace.objects(), workspace.folder())
            .apply(
                deltaLayout,
                received,
                new DeltaApplier.Source(source, workspace.flatten(source), sourceLayout),
                writer,
                to.reference(),
                progress);
      }
    }
  }

  /** Measures what the delta would be if compressed files were stored plain; writes nothing. */
  static PlainReport measurePlain(ImageReference from, ImageReference to, Progress progress)
      throws IOException {
    try (OciLayout sourceLayout = OciLayout.open(from.path());
        OciLayout targetLayout = OciLayout.open(to.path());
        Workspace workspace = Workspace.beside(to.path())) {
      DeltaImage source = image(sourceLayout, from);
      DeltaImage target = image(targetLayout, to);
      DeltaBuilder.checkPair(source, target);
      workspace.absorbAll(source, sourceLayout, progress);
      workspace.absorbAll(target, targetLayout, progress);
      return new PlainDelta(
              workspace.driver(),
              workspace.objects(),
              DeltaOptions.defaults().withTempFolder(workspace.folder()))
          .measure(
              new PlainDelta.Absorbed(source, workspace.flatten(source)),
              new PlainDelta.Absorbed(target, workspace.flatten(target)),
              progress);
    }
  }

  private static OciLayoutWriter writer(ImageReference target) throws IOException {
    return target.archive()
        ? OciLayoutWriter.archive(target.path())
        : OciLayoutWriter.folder(target.path());
  }

  /** Reads an image of a layout. */
  static DeltaImage image(OciLayout layout, ImageReference reference) throws IOException {
    Descriptor descriptor = layout.resolve(reference.reference());
    byte[] manifest = layout.read(descriptor);
    Descriptor config = OciParser.manifest(manifest, descriptor.mediaType()).config();
    return DeltaImage.parse(descriptor.parsedDigest(), manifest, layout.read(config));
  }

  private static Set<Digest> absorbWhatIsNew(
      Workspace workspace,
      DeltaImage source,
      DeltaImage target,
      OciLayout layout,
      Progress progress)
      throws IOException {
    Set<Digest> absorbed = new HashSet<>();
    for (int i = 0; i < target.layers().size(); i++) {
      if (source.config().diffIds().contains(target.diffId(i))) {
        continue;
      }
      try {
        if (workspace.absorb(target.layers().get(i), layout, progress).equals(target.diffId(i))) {
          absorbed.add(target.diffId(i));
        }
      } catch (NotAbsorbableException e) {
        // The delta carries such a layer as it is.
      }
    }
    return absorbed;
  }

  private static void write(
      DeltaArtifact artifact, Workspace workspace, OciLayout target, Path file) throws IOException {
    try (OciLayoutWriter writer = OciLayoutWriter.archive(file)) {
      for (Descriptor blob : artifact.blobs()) {
        Digest digest = blob.parsedDigest();
        try (InputStream content =
            workspace.has(digest) ? workspace.open(digest) : target.open(digest)) {
          writer.blob(digest, content, blob.size());
        }
      }
      writer.blob(artifact.digest(), artifact.manifest());
      writer.finish(
          new Descriptor(
              MediaTypes.OCI_MANIFEST,
              artifact.digest().toString(),
              artifact.manifest().length,
              null,
              Annotations.ARTIFACT_TYPE,
              null),
          null);
    }
  }
}
