package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import io.deltaport.delta.staticdelta.ArchiveObjects;
import io.deltaport.delta.staticdelta.DeltaCommit;
import io.deltaport.delta.staticdelta.StaticDelta;
import io.deltaport.delta.staticdelta.StaticDeltaCreator;
import io.deltaport.delta.staticdelta.StaticDeltaOptions;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.staticdelta.DeltaFile;
import io.deltaport.ostree.staticdelta.DeltaIndex;
import io.deltaport.ostree.staticdelta.DeltaName;
import io.deltaport.ostree.staticdelta.SignedDelta;
import io.deltaport.ostree.staticdelta.Superblock;
import io.deltaport.util.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real clients get a commit from our static delta, over HTTP and from a file. */
class StaticDeltaFormatIT {
  private static final String DUMMY_KEY = "secret";

  @TempDir static Path folder;
  private static Path archive;
  private static HttpServer server;
  private static ArchiveObjects objects;
  private static DeltaCommit old;
  private static DeltaCommit target;
  private static DeltaName name;

  @BeforeAll
  static void makeRepository() throws IOException {
    archive = folder.resolve("archive");
    ostree(archive, "init", "--mode=archive").ok();
    Path tree = Files.createDirectories(folder.resolve("tree"));
    Files.createDirectories(tree.resolve("usr/lib"));
    Random random = new Random(1);
    byte[] program = random(random, 300_000);
    byte[] large = random(random, 17 << 20);
    byte[] secret = random(random, 20_000);
    Files.write(tree.resolve("usr/lib/program-1.0"), program);
    Files.write(tree.resolve("usr/lib/large"), large);
    Files.write(tree.resolve("usr/lib/moved-1"), secret);
    Path owned = Files.write(tree.resolve("usr/lib/secret"), secret);
    Files.setPosixFilePermissions(owned, PosixFilePermissions.fromString("rw-------"));
    Files.createSymbolicLink(tree.resolve("usr/link"), Path.of("lib/program-1.0"));
    commit(tree, "v1");
    Files.delete(tree.resolve("usr/lib/program-1.0"));
    Files.delete(tree.resolve("usr/link"));
    Files.write(tree.resolve("usr/lib/program-1.1"), changed(random, program));
    Files.write(tree.resolve("usr/lib/large"), changed(random, large));
    Files.write(owned, changed(random, secret));
    Path moved = tree.resolve("usr/lib/moved-1");
    Files.setPosixFilePermissions(moved, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.write(tree.resolve("usr/lib/new"), random(random, 5000));
    Files.createFile(tree.resolve("usr/lib/empty"));
    Files.createDirectory(tree.resolve("usr/folder"));
    Files.createSymbolicLink(tree.resolve("usr/link"), Path.of("lib/program-1.1"));
    commit(tree, "v2");
    objects = new ArchiveObjects(archive);
    old = objects.commit("v1");
    target = objects.commit("v2");
    name = new DeltaName(Optional.of(old.checksum()), target.checksum());
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    server = SimpleFileServer.createFileServer(anyPort, archive, SimpleFileServer.OutputLevel.NONE);
    server.start();
    publish(name, make(Optional.of(old), name, StaticDeltaOptions.defaults()));
    DeltaName fromNothing = new DeltaName(Optional.empty(), target.checksum());
    publish(fromNothing, make(Optional.empty(), fromNothing, StaticDeltaOptions.defaults()));
    ostree(archive, "summary", "-u").ok();
  }

  @AfterAll
  static void stop() {
    server.stop(0);
  }

  private static byte[] random(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Moves the second half and changes some bytes. */
  private static byte[] changed(Random random, byte[] bytes) {
    byte[] changed = new byte[bytes.length + 777];
    int half = bytes.length / 2;
    System.arraycopy(bytes, 0, changed, 0, half);
    System.arraycopy(bytes, half, changed, half + 777, bytes.length - half);
    for (int i = 0; i < changed.length / 400; i++) {
      changed[random.nextInt(changed.length)]++;
    }
    return changed;
  }

  private static void commit(Path tree, String branch) {
    ostree(archive, "commit", "-b", branch, "--owner-uid=0", "--owner-gid=0", "--tree=dir=" + tree)
        .ok();
  }

  /** Writes a delta's parts where a server has them. */
  private static StaticDelta make(
      Optional<DeltaCommit> source, DeltaName delta, StaticDeltaOptions options)
      throws IOException {
    Files.createDirectories(archive.resolve(delta.folder()));
    return StaticDeltaCreator.create(
        source,
        target,
        objects,
        (number, content, length) -> Files.copy(content, archive.resolve(delta.partPath(number))),
        options.withPartBytes(8 << 20),
        Progress.NONE);
  }

  private static void publish(DeltaName delta, StaticDelta made) throws IOException {
    Files.write(archive.resolve(delta.superblockPath()), made.superblock());
  }

  private static Command ostree(Path repository, Object... arguments) {
    return Command.client("ostree", arguments)
        .with("--repo=" + repository)
        .env("OSTREE_DUMMY_SIGN_ENABLED", "1");
  }

  /** Makes a client's repository that knows the server. */
  private static Path client(String client) {
    Path repository = folder.resolve(client);
    ostree(repository, "init", "--mode=bare-user").ok();
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    ostree(repository, "remote", "add", "--no-gpg-verify", "origin", url).ok();
    return repository;
  }

  private static void check(Path repository) {
    assertThat(ostree(repository, "fsck").ok()).contains("no errors found");
    assertThat(ostree(repository, "rev-parse", "origin:v2").ok().strip())
        .isEqualTo(target.checksum().hex());
  }

  @Test
  void clientsPullByDelta() {
    Path repository = client("by-delta");
    ostree(repository, "pull", "--disable-static-deltas", "origin", "v1").ok();
    ostree(repository, "refs", "origin:v1", "--create=origin:v2").ok();
    assertThat(ostree(repository, "pull", "--require-static-deltas", "origin", "v2").ok())
        .contains("delta parts");
    check(repository);
  }

  @Test
  void clientsPullFromNothing() {
    Path repository = client("from-nothing");
    ostree(repository, "pull", "--require-static-deltas", "origin", "v2").ok();
    check(repository);
  }

  @Test
  void ostreeShowsTheDeltaAndIndexesItAsWeDo() throws IOException {
    assertThat(ostree(archive, "static-delta", "show", name.text()).ok())
        .contains("Endianness: little", "Number of fallback entries: 0", "bspatch=");
    ostree(archive, "static-delta", "reindex").ok();
    Map<DeltaName, Checksum> index =
        DeltaIndex.decode(
            Files.readAllBytes(archive.resolve(DeltaName.indexPath(target.checksum()))));
    byte[] superblock = Files.readAllBytes(archive.resolve(name.superblockPath()));
    assertThat(index).hasSize(2).containsEntry(name, Superblock.digest(superblock));
  }

  private static Path file() throws IOException {
    Path file = folder.resolve("delta-file");
    byte[] bytes = Files.readAllBytes(archive.resolve(name.superblockPath()));
    try (OutputStream out = Files.newOutputStream(file)) {
      new DeltaFile(Superblock.decode(bytes))
          .write(number -> Files.newInputStream(archive.resolve(name.partPath(number))), out);
    }
    return file;
  }

  @Test
  void ostreeAppliesTheFileOffline() throws IOException {
    Path repository = client("offline");
    ostree(repository, "pull", "--disable-static-deltas", "origin", "v1").ok();
    ostree(repository, "static-delta", "apply-offline", file()).ok();
    ostree(repository, "refs", "--create=origin:v2", target.checksum().hex()).ok();
    check(repository);
  }

  @Test
  void cfsctlPullsByDeltaAndAppliesTheFile() throws IOException {
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    for (boolean offline : new boolean[] {false, true}) {
      Path device = Files.createDirectory(folder.resolve("composefs-" + offline));
      Cfsctl cfsctl = Cfsctl.init(device);
      cfsctl.command("ostree", "pull", "--no-delta", url, "v1").ok();
      String out =
          offline
              ? cfsctl.command("ostree", "apply-delta", file()).ok()
              : cfsctl.command("ostree", "pull", url, "v2").ok();
      assertThat(out).contains(target.checksum().hex());
    }
  }

  /** The dummy engine compares a signature with the key, so it shows where signatures are read. */
  @Test
  void ostreeVerifiesTheSignedForm() throws IOException {
    byte[] superblock = Files.readAllBytes(archive.resolve(name.superblockPath()));
    byte[] signature = DUMMY_KEY.getBytes(StandardCharsets.UTF_8);
    byte[] signed = SignedDelta.wrap(superblock, Map.of("ostree.sign.dummy", List.of(signature)));
    Path file = Files.write(folder.resolve("signed"), signed);
    assertThat(ostree(archive, "static-delta", "verify", "--sign-type=dummy", file, DUMMY_KEY).ok())
        .containsIgnoringCase("verification ok");
    assertThat(
            ostree(archive, "static-delta", "verify", "--sign-type=dummy", file, "other")
                .run()
                .status())
        .isNotZero();
  }
}
