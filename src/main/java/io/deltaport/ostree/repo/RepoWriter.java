package io.deltaport.ostree.repo;

import io.deltaport.ostree.ArchiveHeader;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.ContentHeader;
import io.deltaport.ostree.FileMeta;
import io.deltaport.ostree.ObjectName;
import io.deltaport.ostree.ObjectType;
import io.deltaport.ostree.OstreeFormatException;
import io.deltaport.util.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * Writes a repository of the mode {@code archive} or {@code bare-user}, which needs no rights.
 * Thread-safe. Each object is checked against its name and appears under it only when it is whole,
 * so an interrupted export goes on where it was.
 */
public final class RepoWriter {
  private static final List<String> FOLDERS =
      List.of("objects", "refs/heads", "refs/mirrors", "refs/remotes", "state", "tmp");
  private static final int COPY_BYTES = 64 << 10;
  private static final int LEVEL = 6;

  /** What libostree leaves of a file's own permissions: never set-uid, always readable. */
  private static final int PERMISSIONS_KEPT = 0_775;

  private static final int READABLE = 0_400;

  private final Path root;
  private final RepoMode mode;
  private final AtomicLong temporary = new AtomicLong();

  private RepoWriter(Path root, RepoMode mode) {
    this.root = root;
    this.mode = mode;
  }

  /**
   * Opens a repository, or makes one in an empty or absent folder.
   *
   * @throws OstreeFormatException if something else is in the folder
   */
  public static RepoWriter open(Path root, RepoMode mode) throws IOException {
    if (mode != RepoMode.ARCHIVE && mode != RepoMode.BARE_USER) {
      throw new IllegalArgumentException("repositories of the mode " + mode + " are not written");
    }
    Path config = root.resolve("config");
    if (Files.exists(config)) {
      RepoMode found = RepoMode.ofConfig(Files.readString(config));
      if (found != mode) {
        throw new OstreeFormatException(
            root + " is a repository of the mode " + found.word() + ", not " + mode.word());
      }
    } else if (Files.isDirectory(root) && !isEmpty(root)) {
      throw new OstreeFormatException(root + " is neither empty nor an OSTree repository");
    }
    for (String folder : FOLDERS) {
      Files.createDirectories(root.resolve(folder));
    }
    if (!Files.exists(config)) {
      Files.writeString(config, "[core]\nrepo_version=1\nmode=" + mode.word() + "\n");
    }
    return new RepoWriter(root, mode);
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (var children = Files.newDirectoryStream(folder)) {
      return !children.iterator().hasNext();
    }
  }

  /** Says whether the repository has the object. */
  public boolean has(ObjectName name) {
    return Files.exists(file(name));
  }

  private Path file(ObjectName name) {
    return root.resolve(name.path(mode == RepoMode.ARCHIVE));
  }

  /**
   * Writes an object that is at hand, anything but a file.
   *
   * @throws OstreeFormatException if its checksum is another one
   */
  public void metadata(ObjectName name, byte[] object) throws IOException {
    if (name.type() != ObjectType.COMMITMETA && !Checksum.of(object).equals(name.checksum())) {
      throw damaged(name);
    }
    Path partial = partial();
    Files.write(partial, object);
    finish(partial, file(name));
  }

  /**
   * Writes a file object.
   *
   * @param stream the object stream: the framed header, then the content
   * @param length bytes of the whole stream
   * @throws OstreeFormatException if it is malformed or its checksum is another one
   */
  public void file(Checksum checksum, InputStream stream, long length) throws IOException {
    ObjectName name = new ObjectName(ObjectType.FILE, checksum);
    ContentHeader header = ContentHeader.read(stream);
    byte[] framed = header.encode();
    MessageDigest digest = Sha256.newDigest();
    digest.update(framed);
    Path partial = partial();
    try {
      long size = length - framed.length;
      if (mode == RepoMode.ARCHIVE) {
        archive(partial, new ArchiveHeader(size, header), stream, digest);
      } else {
        bareUser(partial, header, stream, digest);
      }
      if (!new Checksum(digest.digest()).equals(checksum)) {
        throw damaged(name);
      }
      finish(partial, file(name));
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  private static void archive(
      Path file, ArchiveHeader header, InputStream content, MessageDigest digest)
      throws IOException {
    Deflater deflater = new Deflater(LEVEL, true);
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(header.encode());
      if (header.file().isRegular()) {
        try (DeflaterOutputStream deflated = new DeflaterOutputStream(out, deflater, COPY_BYTES)) {
          copy(content, deflated, digest);
        }
      }
    } finally {
      deflater.end();
    }
  }

  private static void bareUser(
      Path file, ContentHeader header, InputStream content, MessageDigest digest)
      throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(header.symlinkTarget());
      copy(content, out, digest);
    }
    Files.getFileAttributeView(file, UserDefinedFileAttributeView.class)
        .write("ostreemeta", ByteBuffer.wrap(FileMeta.encode(header)));
    int permissions = header.isRegular() ? (header.mode() & PERMISSIONS_KEPT) | READABLE : 0_644;
    Files.setAttribute(file, "unix:mode", ContentHeader.TYPE_REGULAR | permissions);
    Files.setLastModifiedTime(file, FileTime.fromMillis(0));
  }

  private static void copy(InputStream in, OutputStream out, MessageDigest digest)
      throws IOException {
    byte[] buffer = new byte[COPY_BYTES];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      digest.update(buffer, 0, n);
      out.write(buffer, 0, n);
    }
  }

  /** Lets a ref lead to a commit, which is in the repository. */
  public void ref(String name, Checksum commit) throws IOException {
    Path partial = partial();
    Files.write(partial, (commit.hex() + "\n").getBytes(StandardCharsets.US_ASCII));
    finish(partial, root.resolve("refs/heads").resolve(name));
  }

  private Path partial() {
    return root.resolve("tmp")
        .resolve(ProcessHandle.current().pid() + "-" + temporary.incrementAndGet());
  }

  private static void finish(Path partial, Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static OstreeFormatException damaged(ObjectName name) {
    return new OstreeFormatException("the object " + name + " is damaged: its checksum differs");
  }
}
