package io.deltaport.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.layer.AbsorbedLayer;
import io.deltaport.layer.CommitDetails;
import io.deltaport.layer.CommittedTree;
import io.deltaport.layer.Flattener;
import io.deltaport.layer.LayerAbsorber;
import io.deltaport.layer.LayerLimits;
import io.deltaport.layer.TarRebuilder;
import io.deltaport.layer.TreeCommitter;
import io.deltaport.store.driver.FilesystemDriver;
import io.deltaport.store.pack.MemoryObjectIndex;
import io.deltaport.util.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commit made from a tar is the one that {@code ostree commit} makes of the unpacked tar. */
final class OstreeCommitIT {
  private static final long TIMESTAMP_SECONDS = 1_700_000_000;

  @TempDir Path work;
  private Path tree;
  private Path tar;

  @BeforeEach
  void makeTree() throws IOException {
    Clients.requireRoot();
    tree = Files.createDirectories(work.resolve("tree"));
    tar = work.resolve("layer.tar");
    Files.createDirectories(tree.resolve("usr/bin"));
    Files.createDirectories(tree.resolve("var/empty"));
    Files.writeString(tree.resolve("usr/bin/tool"), "tool");
    Files.writeString(tree.resolve("usr/bin/suid"), "suid");
    Files.createFile(tree.resolve("usr/empty"));
    Files.createSymbolicLink(tree.resolve("bin"), Path.of("usr/bin"));
    Files.createSymbolicLink(tree.resolve("dangling"), Path.of("../../nowhere/" + "x".repeat(900)));
    Files.createLink(tree.resolve("usr/linked"), tree.resolve("usr/bin/tool"));
    Files.writeString(tree.resolve("usr/a name\nwith \t things \u00e4\u20ac"), "named");
    Files.writeString(tree.resolve("Z"), "sorts before a");
    byte[] large = new byte[3_000_000];
    new Random(4).nextBytes(large);
    Files.write(tree.resolve("usr/large"), large);
    try (RandomAccessFile sparse = new RandomAccessFile(tree.resolve("sparse").toFile(), "rw")) {
      sparse.seek(5_000_000);
      sparse.write("amid holes".getBytes(UTF_8));
      sparse.setLength(20_000_000);
    }
    Path deep = tree.resolve(("d".repeat(200) + "/").repeat(12));
    Files.createDirectories(deep);
    Files.writeString(deep.resolve("file"), "deep");
    setMetadata();
  }

  private void setMetadata() throws IOException {
    Path suid = tree.resolve("usr/bin/suid");
    Files.setAttribute(suid, "unix:uid", 12);
    Files.setAttribute(suid, "unix:gid", 34_567);
    Files.setAttribute(suid, "unix:mode", 04711);
    Files.setAttribute(tree.resolve("var"), "unix:mode", 01777);
    Files.setAttribute(tree.resolve("var/empty"), "unix:uid", 99);
    Files.setPosixFilePermissions(tree, PosixFilePermissions.fromString("rwxr-x--x"));
    setXattr("usr/bin/tool", "user.b", "second");
    setXattr("usr/bin/tool", "user.a", "first");
    setXattr("usr", "user.folder", "x");
  }

  private void setXattr(String path, String name, String value) throws IOException {
    Files.setAttribute(
        tree.resolve(path), "user:" + name.substring("user.".length()), value.getBytes(UTF_8));
  }

  @Test
  void commitsAreEqual() throws IOException {
    for (String format : new String[] {"posix", "gnu"}) {
      Command.client(
              "tar",
              "-C",
              tree,
              "--format=" + format,
              "--sparse",
              format.equals("posix") ? "--xattrs" : "--no-xattrs",
              "-cf",
              tar,
              ".")
          .ok();
      Path unpacked = Files.createDirectories(work.resolve("unpacked-" + format));
      Command.client("tar", "-C", unpacked, "--xattrs", "--numeric-owner", "-xpf", tar).ok();
      String expected = ostreeCommit(unpacked, work.resolve("repo-" + format));
      assertThat(commit(work.resolve("store-" + format)).commit().hex()).isEqualTo(expected);
    }
  }

  private static String ostreeCommit(Path tree, Path repo) {
    Command.client("ostree", "init", "--repo=" + repo, "--mode=archive").ok();
    return Command.client(
            "ostree",
            "commit",
            "--repo=" + repo,
            "--orphan",
            "--no-bindings",
            "--subject=from a tar",
            "--timestamp=@" + TIMESTAMP_SECONDS,
            "--tree=dir=" + tree)
        .ok()
        .strip();
  }

  private CommittedTree commit(Path store) throws IOException {
    try (FilesystemDriver driver = new FilesystemDriver(store);
        InputStream in = Files.newInputStream(tar)) {
      MemoryObjectIndex index = new MemoryObjectIndex();
      AbsorbedLayer layer =
          new LayerAbsorber(driver, index, LayerLimits.DEFAULT)
              .absorb(in, Files.size(tar), Progress.NONE);
      index.add(driver, layer.pack().orElseThrow().id());
      new TarRebuilder(driver, index).rebuild(layer.diffId(), OutputStream.nullOutputStream());
      Flattener flattener = new Flattener(LayerLimits.DEFAULT);
      flattener.apply(driver, layer.diffId());
      CommitDetails details =
          new CommitDetails(Map.of(), Optional.empty(), "from a tar", "", TIMESTAMP_SECONDS);
      return new TreeCommitter(driver, index).commit(flattener.tree(), details);
    }
  }
}
