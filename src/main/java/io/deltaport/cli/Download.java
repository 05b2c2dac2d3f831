package io.deltaport.cli;

import io.deltaport.oci.Descriptor;
import io.deltaport.oci.Digest;
import io.deltaport.oci.Manifest;
import io.deltaport.oci.OciLayoutWriter;
import io.deltaport.oci.OciParser;
import io.deltaport.util.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Fetches an artifact from a registry as a file. */
final class Download {
  private Download() {}

  /** Writes an archive with the manifest and all its blobs, each checked against its digest. */
  static void archive(
      ApiClient client, String repository, String digest, Path file, Progress progress)
      throws IOException {
    byte[] content;
    try (InputStream in = client.open("/v2/" + repository + "/manifests/" + digest)) {
      content = in.readNBytes(OciParser.MANIFEST_BYTES_MAX + 1);
    }
    if (!Digest.sha256(content).toString().equals(digest)) {
      throw new CliException("the server sent something else than the manifest " + digest);
    }
    Manifest manifest = OciParser.manifest(content, null);
    List<Descriptor> blobs = new ArrayList<>(manifest.layers());
    blobs.add(manifest.config());
    long total = blobs.stream().mapToLong(Descriptor::size).sum();
    long done = 0;
    try (OciLayoutWriter writer = OciLayoutWriter.archive(file)) {
      for (Descriptor blob : blobs) {
        progress.update("download", done, total);
        fetch(client, repository, blob, writer);
        done += blob.size();
      }
      writer.blob(Digest.parse(digest), content);
      writer.finish(
          new Descriptor(
              manifest.mediaType(), digest, content.length, null, manifest.artifactType(), null),
          null);
    }
  }

  private static void fetch(
      ApiClient client, String repository, Descriptor blob, OciLayoutWriter writer)
      throws IOException {
    Digest digest = blob.parsedDigest();
    try (InputStream in = client.open("/v2/" + repository + "/blobs/" + blob.digest())) {
      writer.blob(digest, in, blob.size());
    }
  }
}
