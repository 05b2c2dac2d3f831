package io.deltaport.cli;

import com.github.luben.zstd.Zstd;
import io.deltaport.oci.Descriptor;
import io.deltaport.oci.Digest;
import io.deltaport.oci.MediaTypes;
import io.deltaport.oci.OciLayoutWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Writes small images with layers of every compression. */
final class TestImage {
  private final List<byte[]> tars = new ArrayList<>();
  private final List<byte[]> blobs = new ArrayList<>();
  private final List<String> types = new ArrayList<>();
  private String architecture = "amd64";

  TestImage architecture(String name) {
    architecture = name;
    return this;
  }

  TestImage plain(Map<String, byte[]> files) {
    byte[] tar = tar(files);
    return add(tar, tar, MediaTypes.OCI_LAYER_TAR);
  }

  TestImage gzip(Map<String, byte[]> files) {
    byte[] tar = tar(files);
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(tar);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return add(tar, packed.toByteArray(), MediaTypes.OCI_LAYER_GZIP);
  }

  TestImage zstd(Map<String, byte[]> files) {
    byte[] tar = tar(files);
    return add(tar, Zstd.compress(tar), MediaTypes.OCI_LAYER_ZSTD);
  }

  private TestImage add(byte[] tar, byte[] blob, String type) {
    tars.add(tar);
    blobs.add(blob);
    types.add(type);
    return this;
  }

  List<String> diffIds() {
    return tars.stream().map(tar -> Digest.sha256(tar).toString()).toList();
  }

  /** Writes the image as a layout and returns how the tool names it. */
  String write(Path folder, String tag) throws IOException {
    try (OciLayoutWriter writer = OciLayoutWriter.folder(folder)) {
      StringBuilder layers = new StringBuilder();
      for (int i = 0; i < blobs.size(); i++) {
        Digest digest = Digest.sha256(blobs.get(i));
        writer.blob(digest, blobs.get(i));
        layers.append(i == 0 ? "" : ",").append(descriptor(types.get(i), blobs.get(i)));
      }
      byte[] config =
          ("{\"architecture\":\"%s\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\","
                  + "\"diff_ids\":[%s]}}")
              .formatted(
                  architecture,
                  diffIds().stream()
                      .map(diffId -> "\"" + diffId + "\"")
                      .collect(Collectors.joining(",")))
              .getBytes(StandardCharsets.UTF_8);
      writer.blob(Digest.sha256(config), config);
      byte[] manifest =
          "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
              .formatted(MediaTypes.OCI_MANIFEST, descriptor(MediaTypes.OCI_CONFIG, config), layers)
              .getBytes(StandardCharsets.UTF_8);
      Digest digest = Digest.sha256(manifest);
      writer.blob(digest, manifest);
      writer.finish(Descriptor.of(MediaTypes.OCI_MANIFEST, digest, manifest.length), tag);
    }
    return "oci:" + folder + ":" + tag;
  }

  private static String descriptor(String type, byte[] blob) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(type, Digest.sha256(blob), blob.length);
  }

  private static byte[] tar(Map<String, byte[]> files) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
        entry.setSize(file.getValue().length);
        tar.putArchiveEntry(entry);
        tar.write(file.getValue());
        tar.closeArchiveEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
