package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.deltaport.oci.Descriptor;
import io.deltaport.oci.Manifest;
import io.deltaport.oci.MediaTypes;
import io.deltaport.oci.OciLayout;
import io.deltaport.oci.OciParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A delta with tar-diffs of version 2, made without a server, and a real device that takes it. */
final class DeltaVersionIT {
  @RegisterExtension static final WorkFolder WORK = new WorkFolder();

  private static String image(Release release, String tag) {
    return "oci:" + release.layout().folder() + ":" + tag;
  }

  @Test
  void aDeviceUpdatesByVersionTwo() throws IOException {
    Clients.require("cfsctl");
    // Not the repository that other tests share: they look for the one delta that a server makes.
    Release release =
        Release.push(Registry.fresh(), Trees.small().layout(), "v1-layers", "v2-layers");
    Path file = WORK.fresh().resolve("update.delta");
    Command.program(Path.of("deltaport").toAbsolutePath().toString())
        .with("delta", "create", "--tar-diff-version", "2")
        .with(image(release, "v1-layers"), image(release, "v2-layers"), "-o", file)
        .ok();
    String digest = push(file, release.registry());

    Device device = new Device(WORK.fresh(), release.registry().server().host());
    String repository = release.registry().repository();
    device.pull(repository, release.source().manifest(), "v1");
    device.pull(repository, digest, "v2");

    assertThat(device.images())
        .containsOnly(
            entry("v1", release.source().manifest()), entry("v2", release.target().manifest()));
    device.check();
  }

  /** Pushes the delta as it stands and returns its digest. */
  private static String push(Path file, Registry registry) throws IOException {
    List<String> versions = new ArrayList<>();
    try (OciLayout layout = OciLayout.open(file)) {
      Descriptor descriptor = layout.resolve(null);
      byte[] bytes = layout.read(descriptor);
      Manifest manifest = OciParser.manifest(bytes, descriptor.mediaType());
      registry.pushBlob(layout.read(manifest.config()));
      for (Descriptor blob : manifest.layers()) {
        byte[] content;
        try (InputStream in = layout.open(blob.parsedDigest())) {
          content = in.readAllBytes();
        }
        registry.pushBlob(content);
        if (blob.mediaType().equals(Delta.TAR_DIFF)) {
          versions.add(new String(content, 0, 6, StandardCharsets.US_ASCII));
        }
      }
      assertThat(versions).isNotEmpty().containsOnly("tardf2");
      assertThat(
              registry
                  .putManifest(descriptor.digest(), MediaTypes.OCI_MANIFEST, bytes)
                  .statusCode())
          .isEqualTo(201);
      return descriptor.digest();
    }
  }
}
