package io.deltaport.it;

import static io.deltaport.it.Registry.assertError;
import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.it.LayoutBuilder.Compression;
import io.deltaport.oci.Digest;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The data folder is on a small disk, which gets full at every place that writes. */
final class FullDiskIT {
  private static final String THING = "application/vnd.example.thing";
  private static final int MEBIBYTE = 1 << 20;
  private static final long DISK_BYTES = 256 * MEBIBYTE;
  private static final long RESERVE_BYTES = 24 * MEBIBYTE;
  private static final int LARGE_BYTES = 16 * MEBIBYTE;

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private final Random random = new Random();
  private SmallDisk disk;

  @BeforeEach
  void mount() throws IOException {
    disk = SmallDisk.mount(FOLDER.fresh().resolve("data"), DISK_BYTES);
  }

  @AfterEach
  void unmount() {
    disk.close();
  }

  /** Clients fill the disk up to the reserve: all but pushes of blobs goes on. */
  @Test
  void anUploadThatFillsTheDiskGoesOnLater() throws IOException {
    try (ServerProcess server = start(RESERVE_BYTES)) {
      Registry registry = new Registry(server, "full");
      byte[] kept = noise(MEBIBYTE);
      String digest = registry.pushBlob(kept);
      byte[] large = noise(LARGE_BYTES);
      String upload = registry.beginUpload();
      disk.leave(RESERVE_BYTES + LARGE_BYTES / 2);

      Response refused = registry.bytes(large).patch(upload);
      assertError(refused, 507, "UNAVAILABLE");
      assertThat(refused.asString()).doesNotContain("Exception");
      assertError(push(registry, noise(LARGE_BYTES)), 507, "UNAVAILABLE");
      assertThat(server.log()).contains("Nothing more can be stored: the disk has");
      assertThat(unfinished()).isEmpty();
      assertThat(registry.request().get(registry.path("blobs/" + digest)).asByteArray())
          .isEqualTo(kept);
      String layer = Registry.descriptor(THING, digest, kept.length);
      registry.pushManifest("tag", Registry.MANIFEST, manifest(layer, ""));
      assertThat(registry.request().delete(registry.path("manifests/tag")).statusCode())
          .isEqualTo(202);

      disk.empty();
      String range = registry.request().get(upload).header("Range");
      int offset = 1 + Integer.parseInt(range.substring("0-".length()));
      assertThat(offset).as("what had room was kept").isBetween(MEBIBYTE, LARGE_BYTES);
      byte[] rest = Arrays.copyOfRange(large, offset, large.length);
      String name = Digest.sha256(large).toString();
      assertThat(registry.bytes(rest).put(upload + "?digest=" + name).statusCode()).isEqualTo(201);
      assertThat(registry.request().get(registry.path("blobs/" + name)).asByteArray())
          .isEqualTo(large);
      assertThat(server.log()).doesNotContain("A request failed");
    }
  }

  /** Something else takes the reserve too: PostgreSQL cannot write. */
  @Test
  void everythingComesBackWhenPostgresHadNoSpaceEither() throws IOException {
    try (ServerProcess server = start(0)) {
      Registry registry = new Registry(server, "full");
      String digest = registry.pushBlob(noise(1000));
      String layer = Registry.descriptor(THING, digest, 1000);
      String kept = manifest(layer, "");
      registry.pushManifest("before", Registry.MANIFEST, kept);

      disk.leave(0);
      Await.until(
          "PostgreSQL has no space left",
          Await.PATIENCE,
          () -> isRefused(server, registry.putManifest("t", Registry.MANIFEST, padded(layer))));
      assertThat(push(registry, noise(MEBIBYTE)).statusCode()).isIn(503, 507);

      disk.empty();
      Await.until(
          "the server takes pushes again",
          Await.PATIENCE,
          () -> registry.putManifest("after", Registry.MANIFEST, kept).statusCode() == 201);
      assertThat(push(registry, noise(MEBIBYTE)).statusCode()).isEqualTo(201);
      for (String tag : List.of("before", "after")) {
        assertThat(registry.request().get(registry.path("manifests/" + tag)).asString())
            .isEqualTo(kept);
      }
      assertThat(unfinished()).isEmpty();
      assertThat(server.log()).doesNotContain("A request failed");
    }
  }

  /** Absorbing and making deltas wait for space, however long that takes. */
  @Test
  void jobsAreDoneWhenThereIsSpaceAgain() throws IOException {
    Clients.require("skopeo");
    Path work = FOLDER.fresh();
    Layout layout =
        new LayoutBuilder(work.resolve("layout"))
            .tar(tar(work), Compression.NONE)
            .image("v1")
            .tar(tar(work), Compression.NONE)
            .image("v2")
            .build();
    try (ServerProcess server = start(RESERVE_BYTES)) {
      Registry registry = new Registry(server, "full");
      disk.leave(RESERVE_BYTES + LARGE_BYTES * 5 / 2);
      Release.push(registry, layout, "v1", "v2");
      Await.until(
          "a job has met the full disk",
          Await.PATIENCE,
          () -> server.log().contains("; trying again"));
      assertThat(server.log()).doesNotContain("giving up");
      assertThat(server.log()).contains("the disk has");

      disk.empty();
      assertThat(ImageState.awaitSettled(registry, "stable").state()).isEqualTo("absorbed");
      Delta.await(registry, layout.image("v1").manifest(), layout.image("v2").manifest());
      Jobs.awaitIdle(registry);
      assertThat(unfinished()).isEmpty();
      assertThat(Skopeo.pull(server, "full:stable", work.resolve("back")))
          .isEqualTo(layout.image("v2"));
    }
  }

  private ServerProcess start(long reserveBytes) throws IOException {
    return ServerLaunch.on(disk.folder())
        .setting("deltaport.disk.reserve", reserveBytes)
        .setting("deltaport.database.patience", "1s")
        // The images are noise, so their deltas are as large as they are.
        .setting("deltaport.deltas[0].max-ratio", 2)
        .start();
  }

  private static Response push(Registry registry, byte[] content) {
    String digest = Digest.sha256(content).toString();
    return registry.bytes(content).post(registry.path("blobs/uploads/?digest=" + digest));
  }

  private static boolean isRefused(ServerProcess server, Response response) {
    if (response.statusCode() == 201) {
      return false;
    }
    assertThat(response.statusCode()).as(server.log()).isIn(503, 507);
    assertError(response, response.statusCode(), "UNAVAILABLE");
    return true;
  }

  /** A manifest that hardly compresses, so that PostgreSQL needs space for it. */
  private String padded(String layer) {
    String noise = java.util.HexFormat.of().formatHex(noise(MEBIBYTE));
    return manifest(layer, ",\"annotations\":{\"noise\":\"" + noise + "\"}");
  }

  private static String manifest(String layer, String fields) {
    return """
        {"schemaVersion":2,"mediaType":"%s","artifactType":"%s","config":%s,"layers":[%s]%s}"""
        .formatted(Registry.MANIFEST, THING, layer, layer, fields);
  }

  private Path tar(Path work) throws IOException {
    Path files = Files.createTempDirectory(work, "files");
    Files.write(files.resolve("file"), noise(LARGE_BYTES));
    Path tar = Files.createTempFile(work, "layer", ".tar");
    Command.program("tar", "-C", files, "-cf", tar, ".").ok();
    return tar;
  }

  /** What is left of files whose writing failed. */
  private List<Path> unfinished() throws IOException {
    try (Stream<Path> files = Files.walk(disk.folder().resolve("temp"))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.toString().endsWith(".lock"))
          .toList();
    }
  }

  private byte[] noise(int bytes) {
    byte[] noise = new byte[bytes];
    random.nextBytes(noise);
    return noise;
  }
}
