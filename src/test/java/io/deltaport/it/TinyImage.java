package io.deltaport.it;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Images of a few files in one layer. */
final class TinyImage {
  private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";

  private TinyImage() {}

  /** Pushes an image and returns its digest. */
  static String push(Registry registry, String tag, Map<String, String> files) {
    return push(registry, tag, "amd64", files);
  }

  static String push(
      Registry registry, String tag, String architecture, Map<String, String> files) {
    byte[] layer = layer(files);
    String digest = registry.pushBlob(layer);
    String config =
        """
        {"architecture":"%s","os":"linux","rootfs":{"type":"layers","diff_ids":["%s"]}}"""
            .formatted(architecture, digest);
    registry.pushBlob(config.getBytes(StandardCharsets.UTF_8));
    return registry.pushManifest(
        tag,
        Registry.MANIFEST,
        """
        {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}"""
            .formatted(
                Registry.MANIFEST,
                Registry.descriptor(CONFIG, Registry.digestOf(config), config.length()),
                Registry.descriptor(LAYER, digest, layer.length)));
  }

  private static byte[] layer(Map<String, String> files) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      for (Map.Entry<String, String> file : files.entrySet()) {
        byte[] content = file.getValue().getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
        entry.setSize(content.length);
        entry.setModTime(0);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
