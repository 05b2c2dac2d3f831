package io.deltaport.oci;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.util.Hex;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Writes an OCI image layout with one manifest: a folder, or an uncompressed tar of one. Not
 * thread-safe. It appears under its name only when it is complete.
 */
public final class OciLayoutWriter implements Closeable {
  private static final String LAYOUT = "{\"imageLayoutVersion\":\"1.0.0\"}";

  private static final int COPY_BYTES = 64 << 10;

  private final Path target;
  private final Path partial;
  private final TarArchiveOutputStream archive;
  private final Set<Digest> written = new HashSet<>();

  private OciLayoutWriter(Path target, Path partial, TarArchiveOutputStream archive) {
    this.target = target;
    this.partial = partial;
    this.archive = archive;
  }

  /** Begins an archive. */
  public static OciLayoutWriter archive(Path target) throws IOException {
    Path partial = sibling(target);
    OutputStream out = new BufferedOutputStream(Files.newOutputStream(partial), 1 << 16);
    TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8");
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
    OciLayoutWriter writer = new OciLayoutWriter(target, partial, tar);
    writer.file("oci-layout", LAYOUT.getBytes(StandardCharsets.UTF_8));
    return writer;
  }

  /**
   * Begins a folder.
   *
   * @throws OciFormatException if something is at {@code target} already
   */
  public static OciLayoutWriter folder(Path target) throws IOException {
    if (Files.exists(target)) {
      throw new OciFormatException(target + " exists already; remove it or choose another name");
    }
    Path partial = sibling(target);
    Files.createDirectories(partial);
    OciLayoutWriter writer = new OciLayoutWriter(target, partial, null);
    writer.file("oci-layout", LAYOUT.getBytes(StandardCharsets.UTF_8));
    return writer;
  }

  private static Path sibling(Path target) throws IOException {
    Path absolute = target.toAbsolutePath();
    Files.createDirectories(absolute.getParent());
    return absolute.resolveSibling(
        "." + absolute.getFileName() + "." + ProcessHandle.current().pid() + ".partial");
  }

  /**
   * Adds a blob of known length and checks it while it is copied.
   *
   * @return false when the layout has it already, and nothing was read
   * @throws OciFormatException if the content is not what digest and length state; the layout
   *     cannot be finished then
   */
  public boolean blob(Digest digest, InputStream content, long length) throws IOException {
    if (!written.add(digest)) {
      return false;
    }
    String name = "blobs/" + digest.algorithm() + "/" + digest.hex();
    if (archive == null) {
      Path file = partial.resolve(name);
      Files.createDirectories(file.getParent());
      try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
        copy(content, out, digest, length);
      }
      return true;
    }
    archive.putArchiveEntry(entry(name, length));
    copy(content, archive, digest, length);
    archive.closeArchiveEntry();
    return true;
  }

  private static void copy(InputStream content, OutputStream out, Digest digest, long length)
      throws IOException {
    MessageDigest running = digest.newMessageDigest();
    byte[] buffer = new byte[COPY_BYTES];
    long count = 0;
    for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
      count += n;
      if (count > length) {
        throw new OciFormatException(
            "the blob " + digest + " is longer than the " + length + " bytes stated for it");
      }
      running.update(buffer, 0, n);
      out.write(buffer, 0, n);
    }
    if (count < length) {
      throw new OciFormatException(
          "the blob " + digest + " ends after " + count + " of " + length + " bytes");
    }
    if (!Hex.encode(running.digest()).equals(digest.hex())) {
      throw new OciFormatException(
          "the blob " + digest + " is damaged: its content has another digest");
    }
  }

  /** Says whether the layout has a blob. */
  public boolean has(Digest digest) {
    return written.contains(digest);
  }

  /** Adds a blob that is at hand. */
  public void blob(Digest digest, byte[] content) throws IOException {
    blob(digest, new java.io.ByteArrayInputStream(content), content.length);
  }

  /** Writes the index with its one manifest and makes the layout appear. */
  public void finish(Descriptor manifest, String tag) throws IOException {
    ObjectNode index = JsonMapper.builder().build().createObjectNode();
    index.put("schemaVersion", 2).put("mediaType", MediaTypes.OCI_INDEX);
    ObjectNode entry = index.putArray("manifests").addObject();
    entry.put("mediaType", manifest.mediaType());
    entry.put("digest", manifest.digest()).put("size", manifest.size());
    if (manifest.artifactType() != null) {
      entry.put("artifactType", manifest.artifactType());
    }
    if (tag != null) {
      entry.putObject("annotations").put(OciLayout.REF_NAME, tag);
    }
    file("index.json", index.toString().getBytes(StandardCharsets.UTF_8));
    if (archive != null) {
      archive.close();
    }
    Files.move(
        partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private void file(String name, byte[] content) throws IOException {
    if (archive == null) {
      Files.write(partial.resolve(name), content);
      return;
    }
    archive.putArchiveEntry(entry(name, content.length));
    archive.write(content);
    archive.closeArchiveEntry();
  }

  private static TarArchiveEntry entry(String name, long length) {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(length);
    entry.setMode(0100644);
    entry.setModTime(0);
    return entry;
  }

  /** Removes what was not finished. */
  @Override
  public void close() throws IOException {
    if (!Files.exists(partial)) {
      return;
    }
    if (archive != null) {
      Files.deleteIfExists(partial);
      return;
    }
    try (Stream<Path> paths = Files.walk(partial)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
