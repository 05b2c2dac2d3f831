package io.deltaport.it;

import io.deltaport.oci.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Images of one file, for what does not depend on what is in an image. */
final class SmallImages {
  private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";

  private SmallImages() {}

  /**
   * Pushes an image and returns its manifest's digest.
   *
   * @param tag null for none
   */
  static String push(Registry registry, String tag, String content, String architecture) {
    return push(registry, tag, layer(content), architecture);
  }

  /** Pushes an image of one layer, a tar, and returns its manifest's digest. */
  static String push(Registry registry, String tag, byte[] layer, String architecture) {
    return push(registry, tag, layer, Digest.sha256(layer).toString(), architecture);
  }

  /** As above, with any diff_id in the config. */
  static String push(
      Registry registry, String tag, byte[] layer, String diffId, String architecture) {
    String digest = registry.pushBlob(layer);
    String config =
        """
        {"architecture":"%s","os":"linux","rootfs":{"type":"layers","diff_ids":["%s"]}}"""
            .formatted(architecture, diffId);
    registry.pushBlob(config.getBytes(StandardCharsets.UTF_8));
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}"""
            .formatted(
                Registry.MANIFEST,
                Registry.descriptor(CONFIG, Registry.digestOf(config), config.length()),
                Registry.descriptor(LAYER, digest, layer.length));
    return registry.pushManifest(
        tag == null ? Registry.digestOf(manifest) : tag, Registry.MANIFEST, manifest);
  }

  /** Returns a tar with one file. */
  static byte[] layer(String content) {
    return layer("usr/lib/os-release", content.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns a tar with one file. */
  static byte[] layer(String path, byte[] text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      TarArchiveEntry file = new TarArchiveEntry(path);
      file.setSize(text.length);
      file.setModTime(0);
      tar.putArchiveEntry(file);
      tar.write(text);
      tar.closeArchiveEntry();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Waits until an image has its commit, and a ref is there; returns the commit's checksum. */
  static String awaitRef(Registry registry, String ref, String image) {
    Sql sql = new Sql(registry.server().data());
    return Await.value(
        "ref " + ref + " is at the commit of " + image,
        Await.PATIENCE,
        () ->
            sql
                .query(
                    """
                    select encode(c.checksum, 'hex') from ostree_ref f
                    join ostree_commit c on c.id = f.commit_id
                    join manifest m on m.id = c.manifest_id
                    join repository r on r.id = f.repository_id
                    where r.name = ? and f.name = ? and m.digest = ?""",
                    registry.repository(),
                    ref,
                    image)
                .stream()
                .map(row -> row.get(0))
                .findFirst());
  }
}
