package io.deltaport.ostree.capsule;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.oci.Descriptor;
import io.deltaport.oci.Digest;
import io.deltaport.oci.MediaTypes;
import io.deltaport.oci.OciLayoutWriter;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Commit;
import io.deltaport.ostree.Variant;
import io.deltaport.ostree.repo.RepoReader;
import io.deltaport.ostree.repo.RepoTree;
import io.deltaport.util.Hex;
import io.deltaport.util.Sha256;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;

/** Makes an image of a commit. */
public final class Capsule {
  private static final String BOOTABLE = "ostree.bootable";
  private static final String LINUX = "ostree.linux";
  private static final String VERSION = "version";
  private static final int BUFFER_BYTES = 128 << 10;

  private Capsule() {}

  /** A layer in a file. */
  private record Layer(Digest digest, Digest diffId, long length) {}

  /**
   * Adds the image to a layout and finishes it.
   *
   * @param architecture as images name it, such as {@code amd64}
   * @param tag or null
   * @return the digest of the manifest
   */
  public static Digest write(
      RepoReader repo, Checksum checksum, String architecture, OciLayoutWriter target, String tag)
      throws IOException {
    Commit commit = new RepoTree(repo).commit(checksum);
    Path file = Files.createTempFile("deltaport", ".layer");
    try {
      Layer layer = layer(repo, checksum, file);
      try (InputStream in = Files.newInputStream(file)) {
        target.blob(layer.digest(), in, layer.length());
      }
      Map<String, String> labels = labels(commit, checksum, layer.diffId());
      byte[] config = bytes(config(commit, checksum, architecture, labels, layer.diffId()));
      target.blob(Digest.sha256(config), config);
      byte[] manifest = bytes(manifest(config, layer, labels));
      Digest digest = Digest.sha256(manifest);
      target.blob(digest, manifest);
      target.finish(
          new Descriptor(
              MediaTypes.OCI_MANIFEST, digest.toString(), manifest.length, null, null, null),
          tag);
      return digest;
    } finally {
      Files.delete(file);
    }
  }

  private static Layer layer(RepoReader repo, Checksum checksum, Path file) throws IOException {
    MessageDigest blob = Sha256.newDigest();
    MessageDigest tar = Sha256.newDigest();
    try (OutputStream raw = new DigestOutputStream(Files.newOutputStream(file), blob);
        OutputStream packed =
            new GZIPOutputStream(new BufferedOutputStream(raw, BUFFER_BYTES), BUFFER_BYTES);
        OutputStream out =
            new BufferedOutputStream(new DigestOutputStream(packed, tar), BUFFER_BYTES)) {
      CapsuleLayer.write(repo, checksum, out);
    }
    return new Layer(
        Digest.parse("sha256:" + Hex.encode(blob.digest())),
        Digest.parse("sha256:" + Hex.encode(tar.digest())),
        Files.size(file));
  }

  private static Map<String, String> labels(Commit commit, Checksum checksum, Digest diffId)
      throws IOException {
    Map<String, String> labels = new TreeMap<>();
    labels.put("ostree.commit", checksum.hex());
    labels.put("ostree.final-diffid", diffId.toString());
    Map<String, Variant> metadata = commit.metadata();
    if (metadata.containsKey(BOOTABLE) && metadata.get(BOOTABLE).asBool()) {
      labels.put(BOOTABLE, "true");
      labels.put("containers.bootc", "1");
    }
    if (metadata.containsKey(LINUX)) {
      labels.put(LINUX, metadata.get(LINUX).asString());
    }
    if (metadata.containsKey(VERSION)) {
      String version = metadata.get(VERSION).asString();
      labels.put(VERSION, version);
      labels.put("org.opencontainers.image.version", version);
    }
    return labels;
  }

  private static ObjectNode config(
      Commit commit,
      Checksum checksum,
      String architecture,
      Map<String, String> labels,
      Digest diffId) {
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    String created = Instant.ofEpochSecond(commit.timestamp()).toString();
    config.put("created", created);
    config.put("architecture", architecture).put("os", "linux");
    ObjectNode labelNode = config.putObject("config").putObject("Labels");
    labels.forEach(labelNode::put);
    ObjectNode rootfs = config.putObject("rootfs");
    rootfs.put("type", "layers").putArray("diff_ids").add(diffId.toString());
    String description =
        commit.subject().isEmpty() ? "ostree export of commit " + checksum : commit.subject();
    config.putArray("history").addObject().put("created", created).put("created_by", description);
    return config;
  }

  private static ObjectNode manifest(byte[] config, Layer layer, Map<String, String> labels) {
    ObjectNode manifest = JsonNodeFactory.instance.objectNode();
    manifest.put("schemaVersion", 2).put("mediaType", MediaTypes.OCI_MANIFEST);
    ObjectNode configNode = manifest.putObject("config");
    configNode
        .put("mediaType", MediaTypes.OCI_CONFIG)
        .put("digest", Digest.sha256(config).toString());
    configNode.put("size", config.length);
    ObjectNode layerNode = manifest.putArray("layers").addObject();
    layerNode.put("mediaType", MediaTypes.OCI_LAYER_GZIP).put("digest", layer.digest().toString());
    layerNode.put("size", layer.length());
    ObjectNode annotations = manifest.putObject("annotations");
    labels.forEach(annotations::put);
    return manifest;
  }

  private static byte[] bytes(ObjectNode node) {
    return node.toString().getBytes(StandardCharsets.UTF_8);
  }
}
