package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Commit;
import io.deltaport.ostree.ContentHeader;
import io.deltaport.ostree.DirMeta;
import io.deltaport.ostree.DirTree;
import io.deltaport.ostree.Variant;
import io.deltaport.util.Sha256;
import io.deltaport.util.Xattr;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The real ostree gives the same names to the same tree, and takes our objects for its own. */
class OstreeProgramIT {
  @TempDir Path folder;
  private Path tree;
  private Path repo;

  @BeforeEach
  void makeTree() throws IOException {
    repo = folder.resolve("repo");
    tree = Files.createDirectory(folder.resolve("tree"));
    Files.createDirectories(tree.resolve("usr/lib/empty"));
    Path program = Files.writeString(tree.resolve("usr/lib/program"), "x".repeat(200_000));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-x--x"));
    attribute(program, "zz", "1");
    attribute(program, "aa", "\0".repeat(300));
    // Never empty: libostree leaves attributes without a value out when it reads a folder.
    attribute(tree.resolve("usr/lib"), "dir", "d");
    Files.createSymbolicLink(tree.resolve("usr/link"), Path.of("lib/program"));
    for (String name : List.of("B", "a", "Z", "a b", "new\nline", "~", "B.x", "B-x")) {
      Files.writeString(tree.resolve(name), name);
    }
    Path many = Files.createDirectory(tree.resolve("many"));
    for (int i = 0; i < 2500; i++) {
      Files.writeString(many.resolve("file" + i), "");
    }
  }

  private static void attribute(Path path, String name, String value) throws IOException {
    view(path).write(name, StandardCharsets.UTF_8.encode(value));
  }

  private static UserDefinedFileAttributeView view(Path path) {
    return Files.getFileAttributeView(path, UserDefinedFileAttributeView.class);
  }

  @ParameterizedTest
  @CsvSource({"bare-user,false", "bare-user,true", "archive,false"})
  void namesTheSameTreeTheSame(String mode, boolean canonical) throws IOException {
    ostree("init", "--mode=" + mode).ok();
    List<String> words = new ArrayList<>(List.of("commit", "-b", "main", "--tree=dir=" + tree));
    if (canonical) {
      words.add("--canonical-permissions");
    }
    String name = ostree(words.toArray(String[]::new)).ok().strip();
    byte[] object = Files.readAllBytes(objectFile(name, "commit"));
    assertThat(Checksum.of(object).hex()).isEqualTo(name);
    Commit commit = Commit.decode(object);
    assertThat(commit.metadata().get("ostree.ref-binding").asStrings()).containsExactly("main");
    TreeNames names = new TreeNames(canonical);
    assertThat(commit.meta()).isEqualTo(names.meta(tree));
    assertThat(commit.tree()).isEqualTo(names.tree(tree));
    checkEveryMetadataObject();
  }

  private void checkEveryMetadataObject() throws IOException {
    int seen = 0;
    for (Path file : objectFiles()) {
      String path = file.toString();
      byte[] object = Files.readAllBytes(file);
      if (path.endsWith(".dirtree")) {
        assertThat(DirTree.decode(object).encode()).isEqualTo(object);
        seen++;
      } else if (path.endsWith(".dirmeta")) {
        assertThat(DirMeta.decode(object).encode()).isEqualTo(object);
        seen++;
      }
    }
    assertThat(seen).isGreaterThanOrEqualTo(6);
  }

  private List<Path> objectFiles() throws IOException {
    try (Stream<Path> files = Files.walk(repo.resolve("objects"))) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  /** Computes names of a tree on disk by nothing but our own codecs. */
  private record TreeNames(boolean canonical) {

    Checksum tree(Path directory) throws IOException {
      List<DirTree.FileEntry> files = new ArrayList<>();
      List<DirTree.FolderEntry> folders = new ArrayList<>();
      for (Path child : sortedChildren(directory)) {
        byte[] name = name(child);
        if (Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
          folders.add(new DirTree.FolderEntry(name, tree(child), meta(child)));
        } else {
          files.add(new DirTree.FileEntry(name, content(child)));
        }
      }
      return Checksum.of(new DirTree(files, folders).encode());
    }

    private static byte[] name(Path path) {
      return path.getFileName().toString().getBytes(StandardCharsets.UTF_8);
    }

    private static List<Path> sortedChildren(Path directory) throws IOException {
      try (Stream<Path> children = Files.list(directory)) {
        return children.sorted((a, b) -> Arrays.compareUnsigned(name(a), name(b))).toList();
      }
    }

    Checksum meta(Path directory) throws IOException {
      return Checksum.of(
          new DirMeta(
                  number(directory, "uid"),
                  number(directory, "gid"),
                  mode(directory),
                  xattrs(directory))
              .encode());
    }

    private Checksum content(Path file) throws IOException {
      boolean link = Files.isSymbolicLink(file);
      byte[] target =
          link
              ? Files.readSymbolicLink(file).toString().getBytes(StandardCharsets.UTF_8)
              : new byte[0];
      List<Xattr> xattrs = link ? List.of() : xattrs(file);
      ContentHeader header =
          new ContentHeader(
              number(file, "uid"), number(file, "gid"), mode(file), 0, target, xattrs);
      MessageDigest digest = Sha256.newDigest();
      digest.update(header.encode());
      if (!link) {
        digest.update(Files.readAllBytes(file));
      }
      return new Checksum(digest.digest());
    }

    /** Canonical permissions are root's, of regular files 0755 at most, and without attributes. */
    private int mode(Path path) throws IOException {
      int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
      boolean regular = (mode & ContentHeader.TYPE_MASK) == ContentHeader.TYPE_REGULAR;
      return canonical && regular ? mode & (ContentHeader.TYPE_REGULAR | 0755) : mode;
    }

    private int number(Path path, String what) throws IOException {
      return canonical
          ? 0
          : (Integer) Files.getAttribute(path, "unix:" + what, LinkOption.NOFOLLOW_LINKS);
    }

    private List<Xattr> xattrs(Path path) throws IOException {
      List<Xattr> xattrs = new ArrayList<>();
      if (!canonical) {
        for (String name : view(path).list()) {
          ByteBuffer value = ByteBuffer.allocate(view(path).size(name));
          view(path).read(name, value);
          xattrs.add(new Xattr(("user." + name).getBytes(StandardCharsets.UTF_8), value.array()));
        }
      }
      return xattrs;
    }
  }

  @Test
  void takesOurObjectsForItsOwn() throws IOException {
    ostree("init", "--mode=bare-user").ok();
    Checksum file = writeFile("our content", 1000, 04755);
    Checksum meta = write("dirmeta", new DirMeta(0, 0, 040755, List.of()).encode());
    DirTree root = new DirTree(List.of(new DirTree.FileEntry(bytes("file"), file)), List.of());
    Checksum tree = write("dirtree", root.encode());
    Map<String, Variant> metadata = new LinkedHashMap<>();
    metadata.put("text", Variant.string("\u00e4"));
    metadata.put("number", Variant.uint64(7));
    metadata.put("yes", Variant.bool(true));
    metadata.put("list", Variant.strings(List.of("a", "b")));
    metadata.put("bytes", Variant.bytes(bytes("xy")));
    Checksum parent =
        write("commit", new Commit(Map.of(), Optional.empty(), "one", "", 1, tree, meta).encode());
    Checksum commit =
        write(
            "commit",
            new Commit(metadata, Optional.of(parent), "two", "body", 2, tree, meta).encode());
    ostree("refs", "--create=main", commit.hex()).ok();
    assertThat(ostree("fsck").ok()).contains("object fsck of 2 commits completed successfully");
    assertThat(ostree("ls", "-C", "main", "/file").ok())
        .startsWith("-04755 1000 1000     11 " + file.hex());
    assertThat(ostree("cat", "main", "/file").ok()).isEqualTo("our content");
    assertThat(ostree("show", "--print-metadata-key=list", "main").ok().strip())
        .isEqualTo("['a', 'b']");
    assertThat(ostree("show", "--raw", "main").ok())
        .contains("'yes': <true>", "'text': <'\u00e4'>", "'two', 'body', uint64 2");
    assertThat(ostree("log", "main").ok()).contains("one", "two", "Parent:  " + parent.hex());
  }

  /** Writes a file as a bare-user repository keeps it: its header in an attribute. */
  private Checksum writeFile(String content, int owner, int permissions) throws IOException {
    ContentHeader header = ContentHeader.regular(owner, owner, permissions, List.of());
    MessageDigest digest = Sha256.newDigest();
    digest.update(header.encode());
    digest.update(bytes(content));
    Checksum name = new Checksum(digest.digest());
    Path file = objectFile(name.hex(), "file");
    Files.createDirectories(file.getParent());
    Files.write(file, bytes(content));
    // Of the same form as a dirmeta: owner, mode and attributes.
    byte[] kept = new DirMeta(owner, owner, header.mode(), List.of()).encode();
    view(file).write("ostreemeta", ByteBuffer.wrap(kept));
    return name;
  }

  private Checksum write(String kind, byte[] object) throws IOException {
    Checksum name = Checksum.of(object);
    Path file = objectFile(name.hex(), kind);
    Files.createDirectories(file.getParent());
    Files.write(file, object);
    return name;
  }

  private Path objectFile(String name, String kind) {
    return repo.resolve("objects/" + name.substring(0, 2) + "/" + name.substring(2) + "." + kind);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Command ostree(String... arguments) {
    List<Object> words = new ArrayList<>(List.of("--repo=" + repo));
    words.addAll(List.of(arguments));
    return Command.client("ostree", words.toArray());
  }
}
