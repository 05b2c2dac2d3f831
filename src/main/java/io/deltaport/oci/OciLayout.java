package io.deltaport.oci;

import io.deltaport.tar.LiteralSink;
import io.deltaport.tar.TarEntry;
import io.deltaport.tar.TarLimits;
import io.deltaport.tar.TarReader;
import io.deltaport.util.Hex;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An OCI image layout to read from: a folder, or an uncompressed tar of one. Thread-safe.
 *
 * @see <a
 *     href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md">image-layout.md</a>
 */
public final class OciLayout implements Closeable {
  /** The annotation by which an index entry carries a tag. */
  public static final String REF_NAME = "org.opencontainers.image.ref.name";

  private static final int INDEX_DEPTH_MAX = 8;
  private static final int SCAN_BYTES = 1 << 20;

  private final Path path;
  private final FileChannel archive;
  private final Map<String, Span> members;

  private record Span(long offset, long length) {}

  private OciLayout(Path path, FileChannel archive, Map<String, Span> members) {
    this.path = path;
    this.archive = archive;
    this.members = members;
  }

  /**
   * Opens a layout.
   *
   * @throws OciFormatException if there is no layout at {@code path}
   */
  public static OciLayout open(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      if (!Files.isRegularFile(path.resolve("index.json"))) {
        throw new OciFormatException(path + " is no OCI image layout: it has no index.json");
      }
      return new OciLayout(path, null, Map.of());
    }
    if (!Files.isRegularFile(path)) {
      throw new OciFormatException("there is no OCI image layout at " + path);
    }
    FileChannel archive = FileChannel.open(path, StandardOpenOption.READ);
    try {
      return new OciLayout(path, archive, scan(path));
    } catch (IOException e) {
      archive.close();
      throw e;
    }
  }

  private static Map<String, Span> scan(Path path) throws IOException {
    Map<String, Span> members = new HashMap<>();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(path), SCAN_BYTES)) {
      TarReader tar = new TarReader(in, TarLimits.DEFAULT, LiteralSink.NONE);
      for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
        String name = new String(entry.path(), StandardCharsets.UTF_8);
        members.put(
            name.startsWith("./") ? name.substring(2) : name,
            new Span(tar.position(), entry.size()));
      }
    }
    if (!members.containsKey("index.json")) {
      throw new OciFormatException(path + " is no archive of an OCI image layout");
    }
    return members;
  }

  /** Returns the manifest descriptors of index.json. */
  public List<Descriptor> manifests() throws IOException {
    return OciParser.manifest(readSmall("index.json"), MediaTypes.OCI_INDEX).manifests();
  }

  /**
   * Finds one image: by tag, or the only one there is; in a nested index the one for Linux on this
   * kind of processor.
   *
   * @param tag null for the only one
   * @throws OciFormatException if there is none, or more than one
   */
  public Descriptor resolve(String tag) throws IOException {
    List<Descriptor> found =
        manifests().stream()
            .filter(d -> tag == null || tag.equals(d.annotations().get(REF_NAME)))
            .toList();
    if (found.isEmpty()) {
      throw new OciFormatException(path + " has no image " + (tag == null ? "" : tag));
    }
    if (found.size() > 1) {
      throw new OciFormatException(
          path
              + " has several images; name one as "
              + path
              + ":TAG, of "
              + manifests().stream().map(d -> d.annotations().get(REF_NAME)).toList());
    }
    return descend(found.getFirst(), 0);
  }

  private Descriptor descend(Descriptor descriptor, int depth) throws IOException {
    if (!MediaTypes.isIndex(descriptor.mediaType())) {
      return descriptor;
    }
    if (depth == INDEX_DEPTH_MAX) {
      throw new OciFormatException(path + " nests indexes deeper than " + INDEX_DEPTH_MAX);
    }
    Manifest index = OciParser.manifest(read(descriptor), descriptor.mediaType());
    String own =
        System.getProperty("os.arch").replace("x86_64", "amd64").replace("aarch64", "arm64");
    for (Descriptor child : index.manifests()) {
      if (index.manifests().size() == 1
          || (child.platform() != null
              && "linux".equals(child.platform().os())
              && own.equals(child.platform().architecture()))) {
        return descend(child, depth + 1);
      }
    }
    throw new OciFormatException(path + " has no image for linux/" + own);
  }

  /** Reads a manifest or config whole and checks its digest. */
  public byte[] read(Descriptor descriptor) throws IOException {
    byte[] content = readSmall(blobPath(descriptor.parsedDigest()));
    Digest digest = descriptor.parsedDigest();
    if (!Hex.encode(digest.newMessageDigest().digest(content)).equals(digest.hex())) {
      throw new OciFormatException("the blob " + digest + " of " + path + " is damaged");
    }
    return content;
  }

  private byte[] readSmall(String name) throws IOException {
    try (InputStream in = open(name)) {
      return in.readNBytes(OciParser.MANIFEST_BYTES_MAX + 1);
    }
  }

  /**
   * Opens a blob; its digest is not checked.
   *
   * @throws OciFormatException if the layout does not have it
   */
  public InputStream open(Digest digest) throws IOException {
    return open(blobPath(digest));
  }

  private InputStream open(String name) throws IOException {
    if (archive == null) {
      Path file = path.resolve(name);
      if (!Files.isRegularFile(file)) {
        throw new OciFormatException(path + " has no " + name);
      }
      return Files.newInputStream(file);
    }
    Span span = members.get(name);
    if (span == null) {
      throw new OciFormatException(path + " has no " + name);
    }
    FileChannel own = FileChannel.open(path, StandardOpenOption.READ);
    own.position(span.offset());
    return new Limited(Channels.newInputStream(own), span.length());
  }

  /** Returns the bytes of a blob. */
  public long length(Digest digest) throws IOException {
    if (archive == null) {
      return Files.size(path.resolve(blobPath(digest)));
    }
    Span span = members.get(blobPath(digest));
    if (span == null) {
      throw new OciFormatException(path + " has no blob " + digest);
    }
    return span.length();
  }

  private static String blobPath(Digest digest) {
    return "blobs/" + digest.algorithm() + "/" + digest.hex();
  }

  @Override
  public void close() throws IOException {
    if (archive != null) {
      archive.close();
    }
  }

  private static final class Limited extends InputStream {
    private final InputStream in;
    private long left;

    Limited(InputStream in, long left) {
      this.in = in;
      this.left = left;
    }

    @Override
    public int read() throws IOException {
      byte[] single = new byte[1];
      return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (left == 0) {
        return -1;
      }
      int n = in.read(bytes, offset, (int) Math.min(length, left));
      left -= Math.max(n, 0);
      return n;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
