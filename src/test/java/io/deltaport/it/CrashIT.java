package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.it.LayoutBuilder.Compression;
import io.deltaport.oci.Digest;
import io.restassured.response.Response;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The server dies by SIGKILL in the middle of its work; what it acknowledged is there after. */
class CrashIT {
  private static final int ROUNDS = 4;
  private static final int LAYERS = 3;
  private static final int LAYER_BYTES = 8 << 20;
  private static final int SMALL_BLOB_BYTES = 20_000;

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private final Random random = new Random();

  @Test
  void pushesGoOnAfterTheServerDied() throws Exception {
    Clients.require("skopeo");
    Path data = FOLDER.fresh().resolve("data");
    Map<String, byte[]> acknowledged = new ConcurrentHashMap<>();
    ServerProcess server = ServerProcess.start(data);
    try {
      for (int round = 0; round < ROUNDS; round++) {
        Path work = FOLDER.fresh();
        Layout layout = randomImage(work);
        try (CountingProxy network = new CountingProxy(server)) {
          dieWhilePushing(server, network, layout, round, acknowledged);
          server = ServerProcess.start(data);
          network.retarget(server);
          assertAllThere(new Registry(server, "small/blobs"), acknowledged);
          push(layout, network, round).ok();
          assertThat(Skopeo.pull(server, "os:" + round, work.resolve("back")))
              .isEqualTo(layout.image("v1"));
        }
        WorkFolder.delete(work);
      }
      assertAllThere(new Registry(server, "small/blobs"), acknowledged);
    } finally {
      server.close();
    }
  }

  /** Each round dies in another part of the push, at a byte that nobody chose. */
  private long moment(int round) {
    long part = (long) LAYERS * LAYER_BYTES / ROUNDS;
    return round * part + random.nextLong(part);
  }

  private void dieWhilePushing(
      ServerProcess server,
      CountingProxy network,
      Layout layout,
      int round,
      Map<String, byte[]> acknowledged)
      throws InterruptedException {
    int before = acknowledged.size();
    Thread others = pushSmallBlobs(new Registry(server, "small/blobs"), acknowledged);
    Await.until("a blob is stored", Await.PATIENCE, () -> acknowledged.size() > before);
    network.whenSent(moment(round), () -> killQuietly(server));
    assertThat(push(layout, network, round).run().status())
        .as("the push meets a dead server")
        .isNotZero();
    others.join();
  }

  @Test
  void theDeltaAppearsAlthoughTheServerDiedTwice() throws Exception {
    Clients.require("skopeo");
    Clients.require("tar-patch");
    Layout layout = Trees.small().layout();
    Path work = FOLDER.fresh();
    Path tree = TarPatch.extract(layout, "v1", work);
    ServerProcess first = ServerProcess.start(work.resolve("data"));
    Release.push(new Registry(first, "os"), layout, "v1", "v2");
    first.kill();
    ServerProcess second = ServerProcess.start(work.resolve("data"));
    Jobs.awaitBegun(new Registry(second, "os"), "delta");
    second.kill();
    try (ServerProcess third = ServerProcess.start(work.resolve("data"))) {
      Layout.Image target = layout.image("v2");
      Delta delta =
          Delta.await(new Registry(third, "os"), layout.image("v1").manifest(), target.manifest());
      TarPatch.assertRebuilds(delta, target, tree, work);
    }
  }

  /** Stores small blobs until the server is gone, and notes those that it has acknowledged. */
  private Thread pushSmallBlobs(Registry registry, Map<String, byte[]> acknowledged) {
    return Thread.ofPlatform()
        .start(
            () -> {
              while (pushSmallBlob(registry, acknowledged)) {
                // Again, until the connection is refused.
              }
            });
  }

  private boolean pushSmallBlob(Registry registry, Map<String, byte[]> acknowledged) {
    byte[] content = new byte[1 + random.nextInt(SMALL_BLOB_BYTES)];
    random.nextBytes(content);
    String digest = Digest.sha256(content).toString();
    try {
      Response response =
          registry.bytes(content).post(registry.path("blobs/uploads/?digest=" + digest));
      if (response.statusCode() == 201) {
        acknowledged.put(digest, content);
      }
      return true;
    } catch (Exception e) {
      // What REST Assured throws, undeclared, when there is no answer.
      return false;
    }
  }

  private static void assertAllThere(Registry registry, Map<String, byte[]> acknowledged) {
    assertThat(acknowledged).isNotEmpty();
    acknowledged.forEach(
        (digest, content) ->
            assertThat(registry.request().get(registry.path("blobs/" + digest)).asByteArray())
                .as("the acknowledged blob %s", digest)
                .isEqualTo(content));
  }

  private static Command push(Layout layout, CountingProxy network, int round) {
    String target = "docker://" + network.host() + "/os:" + round;
    return Skopeo.copy("--dest-tls-verify=false", "oci:" + layout.folder() + ":v1", target);
  }

  private Layout randomImage(Path work) throws IOException {
    LayoutBuilder builder = new LayoutBuilder(work.resolve("layout"));
    for (int i = 0; i < LAYERS; i++) {
      Path files = Files.createDirectories(work.resolve("files-" + i));
      byte[] block = new byte[1 << 20];
      try (OutputStream out = Files.newOutputStream(files.resolve("file"))) {
        for (int n = 0; n < LAYER_BYTES; n += block.length) {
          random.nextBytes(block);
          out.write(block);
        }
      }
      Path tar = work.resolve(i + ".tar");
      Command.program("tar", "-C", files, "-cf", tar, ".").ok();
      builder.tar(tar, Compression.NONE);
    }
    return builder.image("v1").build();
  }

  private static void killQuietly(ServerProcess server) {
    try {
      server.kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
