package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.tar.TarEntry;
import io.deltaport.tar.TarLimits;
import io.deltaport.tar.TarReader;
import io.deltaport.tar.TarType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives of the tar programs that people use are read whole and as they were meant. */
class TarProgramsIT {
  private static final int HOLE_BYTES = 1 << 20;

  /** More runs of data than the header of a GNU sparse file has room for. */
  private static final int RUNS = 40;

  @TempDir Path folder;
  private Path tree;

  @BeforeEach
  void makeTree() throws IOException {
    tree = Files.createDirectory(folder.resolve("tree"));
    Path deep = tree.resolve("d".repeat(120)).resolve("e".repeat(120));
    Files.createDirectories(deep);
    Files.writeString(deep.resolve("f".repeat(120)), "deep");
    Files.writeString(tree.resolve("file with\nnewline"), "x".repeat(100_000));
    Files.writeString(tree.resolve("empty"), "");
    Path program = Files.writeString(tree.resolve("program"), "#!/bin/sh\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-x--x"));
    Files.createLink(tree.resolve("program2"), program);
    Files.createSymbolicLink(tree.resolve("link"), Path.of("../t".repeat(50)));
  }

  /** An archive that was read: entries by path, contents by path. */
  private record Archive(Map<String, TarEntry> entries, Map<String, byte[]> contents) {
    TarEntry entry(String path) {
      assertThat(entries).containsKey(path);
      return entries.get(path);
    }
  }

  private static Archive read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    TarReader reader =
        new TarReader(new ByteArrayInputStream(bytes), TarLimits.DEFAULT, whole::write);
    Archive archive = new Archive(new HashMap<>(), new HashMap<>());
    for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
      String path = new String(entry.path(), StandardCharsets.UTF_8).replaceAll("/$", "");
      byte[] content = reader.content().readAllBytes();
      whole.writeBytes(content);
      assertThat(archive.entries.put(path, entry)).as(path).isNull();
      archive.contents.put(path, expand(entry, content));
    }
    assertThat(whole.toByteArray()).isEqualTo(bytes);
    return archive;
  }

  private static byte[] expand(TarEntry entry, byte[] data) {
    if (!entry.isSparse()) {
      return data;
    }
    byte[] content = new byte[(int) entry.realSize()];
    int at = 0;
    for (TarEntry.Extent extent : entry.extents()) {
      System.arraycopy(data, at, content, (int) extent.offset(), (int) extent.length());
      at += (int) extent.length();
    }
    return content;
  }

  private void checkTree(Archive archive) throws IOException {
    String deep = "tree/" + "d".repeat(120) + "/" + "e".repeat(120);
    assertThat(archive.entry(deep).type()).isEqualTo(TarType.DIRECTORY);
    assertThat(archive.contents.get(deep + "/" + "f".repeat(120))).asString().isEqualTo("deep");
    assertThat(archive.contents.get("tree/file with\nnewline")).hasSize(100_000);
    assertThat(archive.entry("tree/empty").size()).isZero();
    TarEntry link = archive.entry("tree/link");
    assertThat(link.type()).isEqualTo(TarType.SYMLINK);
    assertThat(link.linkTarget()).asString().isEqualTo("../t".repeat(50));
    List<TarType> programs =
        List.of(archive.entry("tree/program").type(), archive.entry("tree/program2").type());
    assertThat(programs).containsExactlyInAnyOrder(TarType.FILE, TarType.HARD_LINK);
    TarEntry program = archive.entry("tree/program");
    Map<String, Object> facts = Files.readAttributes(tree.resolve("program"), "unix:*");
    assertThat(program.mode()).isEqualTo(0751);
    assertThat(program.uid()).isEqualTo(((Number) facts.get("uid")).longValue());
    assertThat(program.gid()).isEqualTo(((Number) facts.get("gid")).longValue());
    assertThat(program.mtimeSeconds())
        .isEqualTo(Files.getLastModifiedTime(tree.resolve("program")).toMillis() / 1000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gnu", "posix"})
  void gnuTar(String format) throws IOException {
    Path file = folder.resolve("a.tar");
    Command.client("tar", "--format=" + format, "-cf", file, "tree").in(folder).ok();
    checkTree(read(file));
  }

  @Test
  void gnuTarWithUstar() throws IOException {
    Files.createDirectory(folder.resolve("p".repeat(90)));
    Files.writeString(folder.resolve("p".repeat(90)).resolve("n".repeat(95)), "data");
    Path file = folder.resolve("a.tar");
    Command.client("tar", "--format=ustar", "-cf", file, "p".repeat(90)).in(folder).ok();
    assertThat(read(file).contents.get("p".repeat(90) + "/" + "n".repeat(95)))
        .asString()
        .isEqualTo("data");
  }

  @Test
  void gnuTarWithV7() throws IOException {
    Files.writeString(Files.createDirectory(folder.resolve("d")).resolve("f"), "data");
    Path file = folder.resolve("a.tar");
    Command.client("tar", "--format=v7", "-cf", file, "d").in(folder).ok();
    Archive archive = read(file);
    assertThat(archive.entry("d").type()).isEqualTo(TarType.DIRECTORY);
    assertThat(archive.contents.get("d/f")).asString().isEqualTo("data");
  }

  @ParameterizedTest
  @CsvSource({"gnu,", "posix,0.0", "posix,0.1", "posix,1.0"})
  void gnuTarWithSparseFiles(String format, String version) throws IOException {
    Path sparse = sparseFile("many", RUNS);
    Path hole = sparseFile("hole", 0);
    List<Object> arguments = new ArrayList<>(List.of("--format=" + format, "-S", "-cf"));
    if (version != null) {
      arguments.add(0, "--sparse-version=" + version);
    }
    Path file = folder.resolve("a.tar");
    arguments.addAll(List.of(file, "many", "hole", "tree"));
    Command.client("tar", arguments.toArray()).in(folder).ok();
    assertThat(Files.size(file)).isLessThan(RUNS * (long) HOLE_BYTES / 2);
    Archive archive = read(file);
    checkTree(archive);
    assertThat(archive.entry("many").extents()).hasSize(RUNS);
    assertThat(archive.contents.get("many")).isEqualTo(Files.readAllBytes(sparse));
    assertThat(archive.contents.get("hole")).isEqualTo(Files.readAllBytes(hole));
  }

  private Path sparseFile(String name, int runs) throws IOException {
    Path path = folder.resolve(name);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      for (int i = 0; i < runs; i++) {
        file.seek((long) i * HOLE_BYTES + 4096);
        file.writeInt(i + 1);
      }
      file.setLength((long) Math.max(runs, 1) * HOLE_BYTES);
    }
    return path;
  }

  @ParameterizedTest
  @CsvSource({"gnu", "pax"})
  void pythonTarfile(String format) throws IOException {
    Path file = folder.resolve("a.tar");
    String script =
        """
        import io, sys, tarfile
        form = {'gnu': tarfile.GNU_FORMAT, 'pax': tarfile.PAX_FORMAT}[sys.argv[2]]
        with tarfile.open(sys.argv[1], 'w', format=form) as tar:
            tar.add('tree')
            big = tarfile.TarInfo('owned')
            big.uid, big.gid, big.mtime = 4294967294, 3000000, -7
            big.pax_headers = {'SCHILY.xattr.user.a': 'value'}
            big.size = 3
            tar.addfile(big, io.BytesIO(b'abc'))
            node = tarfile.TarInfo('null')
            node.type, node.devmajor, node.devminor = tarfile.CHRTYPE, 1, 3
            tar.addfile(node)
        """;
    Command.client("python3", "-c", script, file, format).in(folder).ok();
    Archive archive = read(file);
    checkTree(archive);
    TarEntry owned = archive.entry("owned");
    assertThat(owned.uid()).isEqualTo(4294967294L);
    assertThat(owned.gid()).isEqualTo(3_000_000);
    assertThat(owned.mtimeSeconds()).isEqualTo(-7);
    assertThat(owned.xattrs()).hasSize(format.equals("pax") ? 1 : 0);
    assertThat(archive.entry("null").type()).isEqualTo(TarType.CHARACTER_DEVICE);
    assertThat(archive.entry("null").deviceMinor()).isEqualTo(3);
  }

  @Test
  void gnuTarWithEveryBlockingFactorAndAppended() throws IOException {
    Path file = folder.resolve("a.tar");
    Command.client("tar", "-b", "1", "-cf", file, "tree/program").in(folder).ok();
    Command.client("tar", "-b", "200", "-rf", file, "tree/link").in(folder).ok();
    Archive archive = read(file);
    assertThat(archive.entries()).hasSize(2);
  }
}
