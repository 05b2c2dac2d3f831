package io.deltaport.cli;

import io.deltaport.oci.Descriptor;
import io.deltaport.oci.Digest;
import io.deltaport.oci.Manifest;
import io.deltaport.oci.OciLayoutWriter;
import io.deltaport.oci.OciParser;
import io.deltaport.util.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** Fetches a delta from a server as a file. */
final class Download {
  private static final int BUFFER_BYTES = 64 << 10;

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

  /**
   * Writes what the server has at a path, under the file's name only once it is whole.
   *
   * @param aboutBytes its length, nearly
   */
  static void file(ApiClient client, String path, Path file, long aboutBytes, Progress progress)
      throws IOException {
    Path target = file.toAbsolutePath();
    Path part = target.resolveSibling("." + target.getFileName() + ".part");
    try {
      try (InputStream in = client.open(path);
          OutputStream out = Files.newOutputStream(part)) {
        byte[] buffer = new byte[BUFFER_BYTES];
        long done = 0;
        for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
          out.write(buffer, 0, count);
          done += count;
          progress.update("download", done, Math.max(done, aboutBytes));
        }
      }
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
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
