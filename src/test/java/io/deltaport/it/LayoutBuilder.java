package io.deltaport.it;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Makes an OCI layout from layer files. Not thread-safe. */
final class LayoutBuilder {
  private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";

  /** How a layer is compressed on its way. */
  enum Compression {
    NONE(""),
    GZIP("+gzip"),
    ZSTD("+zstd");

    private final String suffix;

    Compression(String suffix) {
      this.suffix = suffix;
    }

    private OutputStream wrap(OutputStream out) throws IOException {
      return switch (this) {
        case NONE -> out;
        case GZIP -> new GZIPOutputStream(out);
        case ZSTD -> new ZstdOutputStream(out);
      };
    }
  }

  private final Layout layout;
  private final List<String> manifests = new ArrayList<>();
  private List<String> layers = new ArrayList<>();
  private List<String> diffIds = new ArrayList<>();

  LayoutBuilder(Path folder) throws IOException {
    Files.createDirectories(folder.resolve("blobs/sha256"));
    Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    layout = new Layout(folder);
  }

  /** Adds a layer to the image that is being made. */
  LayoutBuilder tar(Path tar, Compression compression) throws IOException {
    Path packed = Files.createTempFile(layout.folder(), "layer", "");
    try (OutputStream out = compression.wrap(Files.newOutputStream(packed))) {
      Files.copy(tar, out);
    }
    return blob(packed, LAYER + compression.suffix, Layout.sha256(tar));
  }

  /** Adds a layer that is whatever the file is; the file is moved. */
  LayoutBuilder blob(Path file, String mediaType, String diffId) throws IOException {
    String digest = Layout.sha256(file);
    layers.add(Registry.descriptor(mediaType, digest, Files.size(file)));
    diffIds.add('"' + diffId + '"');
    Files.move(file, layout.blob(digest), StandardCopyOption.REPLACE_EXISTING);
    return this;
  }

  /** Ends the image and gives it a tag; the next layer begins another one. */
  LayoutBuilder image(String tag) throws IOException {
    String config =
        """
        {"architecture":"amd64","os":"linux","config":{"Labels":{"containers.bootc":"1"}},\
        "rootfs":{"type":"layers","diff_ids":[%s]}}"""
            .formatted(String.join(",", diffIds));
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}"""
            .formatted(
                Registry.MANIFEST,
                text("application/vnd.oci.image.config.v1+json", config),
                String.join(",", layers));
    String descriptor = text(Registry.MANIFEST, manifest);
    manifests.add(
        descriptor.substring(0, descriptor.length() - 1)
            + ",\"annotations\":{\"org.opencontainers.image.ref.name\":\""
            + tag
            + "\"}}");
    layers = new ArrayList<>();
    diffIds = new ArrayList<>();
    return this;
  }

  Layout build() throws IOException {
    String index =
        """
        {"schemaVersion":2,"mediaType":"%s","manifests":[%s]}"""
            .formatted(Registry.INDEX, String.join(",", manifests));
    Files.writeString(layout.folder().resolve("index.json"), index);
    return layout;
  }

  private String text(String mediaType, String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    String digest = Registry.digestOf(content);
    Files.write(layout.blob(digest), bytes);
    return Registry.descriptor(mediaType, digest, bytes.length);
  }
}
