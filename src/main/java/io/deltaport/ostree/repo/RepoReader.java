package io.deltaport.ostree.repo;

import io.deltaport.ostree.ArchiveHeader;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.ContentHeader;
import io.deltaport.ostree.FileMeta;
import io.deltaport.ostree.ObjectName;
import io.deltaport.ostree.ObjectType;
import io.deltaport.ostree.OstreeFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * Reads the objects of a repository of any mode. Thread-safe. Metadata are checked against their
 * names; of a file object only whoever reads it to the end knows its checksum.
 */
public final class RepoReader {
  /** Largest metadata object: dirtrees with some hundred thousand names. */
  public static final int METADATA_BYTES_MAX = 16 << 20;

  private static final int CONFIG_BYTES_MAX = 1 << 20;
  private static final int READ_BYTES = 64 << 10;

  /** Longest path that Linux has, and so the longest target of a symbolic link. */
  private static final int TARGET_BYTES_MAX = 4096;

  private static final String OSTREEMETA = "user.ostreemeta";

  private final RepoFiles files;
  private final RepoMode mode;

  private RepoReader(RepoFiles files, RepoMode mode) {
    this.files = files;
    this.mode = mode;
  }

  /**
   * Opens a repository.
   *
   * @throws OstreeFormatException if it is none, or of a mode that cannot be read from there
   */
  public static RepoReader open(RepoFiles files) throws IOException {
    String config;
    try (InputStream in = files.open("config")) {
      config = new String(in.readNBytes(CONFIG_BYTES_MAX), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw new OstreeFormatException("there is no OSTree repository: the file config is missing");
    }
    RepoMode mode = RepoMode.ofConfig(config);
    if (mode != RepoMode.ARCHIVE && files.local("config").isEmpty()) {
      throw new OstreeFormatException(
          "only archives can be read over HTTP; this repository is " + mode.word());
    }
    return new RepoReader(files, mode);
  }

  public RepoMode mode() {
    return mode;
  }

  /** Returns the commits of all refs that can be listed, by name. */
  public SortedMap<String, Checksum> refs() throws IOException {
    return files.refs();
  }

  /** Returns the commit of one ref, or nothing. */
  public Optional<Checksum> ref(String name) throws IOException {
    return files.ref(name);
  }

  /**
   * Reads a dirtree, dirmeta or commit, or the detached metadata of a commit.
   *
   * @return nothing when the repository does not have it
   * @throws OstreeFormatException if it is too long or its checksum differs from its name
   */
  public Optional<byte[]> metadata(ObjectName name) throws IOException {
    byte[] object;
    try (InputStream in = files.open(name.path(mode == RepoMode.ARCHIVE))) {
      object = in.readNBytes(METADATA_BYTES_MAX + 1);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    if (object.length > METADATA_BYTES_MAX) {
      throw new OstreeFormatException("the object " + name + " is too long");
    }
    if (name.type() != ObjectType.COMMITMETA && !Checksum.of(object).equals(name.checksum())) {
      throw new OstreeFormatException("the object " + name + " is damaged: its checksum differs");
    }
    return Optional.of(object);
  }

  /**
   * Opens a file object.
   *
   * @throws NoSuchFileException if the repository does not have it
   * @throws OstreeFormatException if it is malformed; the message names it
   */
  public FileObject file(Checksum checksum) throws IOException {
    ObjectName name = new ObjectName(ObjectType.FILE, checksum);
    try {
      return mode == RepoMode.ARCHIVE ? archived(name) : bare(name);
    } catch (OstreeFormatException e) {
      throw new OstreeFormatException("the object " + name + " is damaged: " + e.getMessage());
    } catch (NoSuchFileException e) {
      throw new OstreeFormatException("the object " + name + " is missing");
    }
  }

  private FileObject archived(ObjectName name) throws IOException {
    InputStream in = files.open(name.path(true));
    try {
      ArchiveHeader header = ArchiveHeader.read(in);
      if (!header.file().isRegular()) {
        in.close();
        return new FileObject(header.file(), 0, InputStream.nullInputStream());
      }
      return new FileObject(header.file(), header.size(), new Raw(in));
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private FileObject bare(ObjectName name) throws IOException {
    Path file = files.local(name.path(false)).orElseThrow();
    boolean link = Files.isSymbolicLink(file);
    if (mode == RepoMode.BARE_USER) {
      return bareUser(file);
    }
    int mode = (Integer) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    byte[] target = new byte[0];
    if (link) {
      target = Files.readSymbolicLink(file).toString().getBytes(StandardCharsets.UTF_8);
    }
    ContentHeader header;
    if (this.mode == RepoMode.BARE_USER_ONLY) {
      header = new ContentHeader(0, 0, mode, 0, target, List.of());
    } else {
      header =
          new ContentHeader(
              (Integer) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS),
              (Integer) Files.getAttribute(file, "unix:gid", LinkOption.NOFOLLOW_LINKS),
              mode,
              0,
              target,
              FileXattrs.list(file));
    }
    return link ? new FileObject(header, 0, InputStream.nullInputStream()) : open(header, file);
  }

  private static FileObject bareUser(Path file) throws IOException {
    byte[] meta = FileXattrs.get(file, OSTREEMETA);
    if (meta == null) {
      throw new OstreeFormatException("it has no " + OSTREEMETA);
    }
    if ((FileMeta.mode(meta) & ContentHeader.TYPE_MASK) != ContentHeader.TYPE_SYMLINK) {
      return open(FileMeta.decode(meta, new byte[0]), file);
    }
    byte[] target;
    try (InputStream in = Files.newInputStream(file)) {
      target = in.readNBytes(TARGET_BYTES_MAX + 2);
    }
    // Old versions of libostree wrote the target with a zero byte at its end.
    if (target.length > 0 && target[target.length - 1] == 0) {
      target = Arrays.copyOf(target, target.length - 1);
    }
    if (target.length > TARGET_BYTES_MAX) {
      throw new OstreeFormatException("the target of a symbolic link is too long");
    }
    return new FileObject(FileMeta.decode(meta, target), 0, InputStream.nullInputStream());
  }

  private static FileObject open(ContentHeader header, Path file) throws IOException {
    return new FileObject(header, Files.size(file), Files.newInputStream(file));
  }

  /** Raw deflate, whose damage is the object's and has no message of its own. */
  private static final class Raw extends InflaterInputStream {
    Raw(InputStream in) {
      super(in, new Inflater(true), READ_BYTES);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try {
        return super.read(bytes, offset, length);
      } catch (java.util.zip.ZipException | java.io.EOFException e) {
        throw new OstreeFormatException("the deflated content is damaged");
      }
    }

    @Override
    public void close() throws IOException {
      super.close();
      inf.end();
    }
  }
}
