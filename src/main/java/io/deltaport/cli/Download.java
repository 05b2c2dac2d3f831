package io.deltaport.cli;

import io.deltaport.delta.ocidelta.EmbeddedSignatures;
import io.deltaport.delta.ocidelta.EmbeddedSignatures.Signature;
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

  /**
   * Writes an archive of a delta: its manifest and all its blobs, each checked against its digest,
   * and the signatures of its target.
   *
   * @return how many signatures are in it
   */
  static int archive(
      ApiClient client, String repository, String digest, Path file, Progress progress)
      throws IOException {
    byte[] published = manifest(client, repository, digest);
    Manifest own = OciParser.manifest(published, null);
    List<Signature> signatures =
        own.subject() == null
            ? List.of()
            : ImageSignatures.of(client, repository, own.subject().parsedDigest());
    byte[] content = EmbeddedSignatures.add(published, signatures);
    Manifest manifest = OciParser.manifest(content, null);
    try (OciLayoutWriter writer = OciLayoutWriter.archive(file)) {
      for (Signature signature : signatures) {
        writer.blob(signature.digest(), signature.content());
      }
      blobs(client, repository, manifest, writer, progress);
      Digest name = Digest.sha256(content);
      writer.blob(name, content);
      writer.finish(
          new Descriptor(
              manifest.mediaType(),
              name.toString(),
              content.length,
              null,
              manifest.artifactType(),
              null),
          null);
    }
    return signatures.size();
  }

  private static byte[] manifest(ApiClient client, String repository, String digest)
      throws IOException {
    byte[] content;
    try (InputStream in = client.open("/v2/" + repository + "/manifests/" + digest)) {
      content = in.readNBytes(OciParser.MANIFEST_BYTES_MAX + 1);
    }
    if (!Digest.sha256(content).toString().equals(digest)) {
      throw new CliException("the server sent something else than the manifest " + digest);
    }
    return content;
  }

  private static void blobs(
      ApiClient client,
      String repository,
      Manifest manifest,
      OciLayoutWriter writer,
      Progress progress)
      throws IOException {
    List<Descriptor> blobs = new ArrayList<>(manifest.layers());
    blobs.add(manifest.config());
    long total = blobs.stream().mapToLong(Descriptor::size).sum();
    long done = 0;
    for (Descriptor blob : blobs) {
      progress.update("download", done, total);
      // The manifests of signatures, which are no blobs on the server, are there already.
      if (!writer.has(blob.parsedDigest())) {
        fetch(client, repository, blob, writer);
      }
      done += blob.size();
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
