package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.it.LayoutBuilder.Compression;
import io.deltaport.oci.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The clock of the server and its PostgreSQL is set forward and back while they work. */
final class ClockIT {
  private static final int LAYER_BYTES = 6 << 20;
  private static final Duration HOUR = Duration.ofHours(1);

  /** Less than this off is the right time: what a slow machine needs for an answer. */
  private static final Duration TOLERANCE = Duration.ofMinutes(10);

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private final Random random = new Random();
  private final Path work = FOLDER.fresh();
  private final Path clock = work.resolve("clock");
  private final Path library = work.resolve("clock.so");

  @Test
  void workGoesOnWhateverTheClockShows() throws Exception {
    Clients.require("skopeo");
    compile();
    set(Duration.ZERO);
    Layout layout = images("v1", "v2", "v3", "v4");
    byte[] content = noise(1000);
    ServerProcess server = start();
    try {
      Registry registry = new Registry(server, "clock");
      String upload = registry.beginUpload();
      registry.bytes(Arrays.copyOf(content, 300)).patch(upload).then().statusCode(202);
      push(registry, layout, "v1");
      Jobs.awaitBegun(registry, "absorb");
      set(HOUR);
      assertAbsorbedOnce(registry, layout, "v1");

      push(registry, layout, "v2");
      assertClock(registry, HOUR);
      Jobs.awaitBegun(registry, "delta");
      set(HOUR.negated());
      assertAbsorbedOnce(registry, layout, "v2");
      awaitDelta(registry, layout, "v1", "v2");

      finish(registry, upload, content, 300);
      push(registry, layout, "v3");
      assertClock(registry, HOUR.negated());
      awaitDelta(registry, layout, "v2", "v3");

      // Back once more, while a job waits for a server that is dead.
      push(registry, layout, "v4");
      server.kill();
      set(HOUR.multipliedBy(-3));
      server = start();
      registry = new Registry(server, "clock");
      awaitDelta(registry, layout, "v3", "v4");
      assertThat(Skopeo.pull(server, "clock:stable", work.resolve("back")))
          .isEqualTo(layout.image("v4"));
    } finally {
      server.close();
    }
  }

  private static void finish(Registry registry, String upload, byte[] content, int offset) {
    byte[] rest = Arrays.copyOfRange(content, offset, content.length);
    String digest = Digest.sha256(content).toString();
    registry.bytes(rest).put(upload + "?digest=" + digest).then().statusCode(201);
    assertThat(registry.request().get(registry.path("blobs/" + digest)).asByteArray())
        .isEqualTo(content);
  }

  private static void push(Registry registry, Layout layout, String image) {
    Skopeo.push(layout, image, registry.server(), registry.repository() + ":stable");
  }

  private static void awaitDelta(Registry registry, Layout layout, String from, String to) {
    Delta.await(registry, layout.image(from).manifest(), layout.image(to).manifest());
  }

  /** A job that runs must not look dead by the new time, and so run twice. */
  private static void assertAbsorbedOnce(Registry registry, Layout layout, String image) {
    assertThat(ImageState.awaitSettled(registry, "stable").state()).isEqualTo("absorbed");
    Jobs.awaitIdle(registry);
    String layer = layout.image(image).layers().getFirst();
    assertThat(
            Pattern.compile("Absorbed layer " + layer).matcher(registry.server().log()).results())
        .hasSize(1);
  }

  private ServerProcess start() throws IOException {
    return ServerLaunch.on(work.resolve("data"))
        // The images are noise, so their deltas are as large as they are.
        .setting("deltaport.deltas[0].max-ratio", 2)
        .environment("LD_PRELOAD", library.toString())
        .environment("CLOCK_OFFSET", clock.toString())
        .start();
  }

  private void compile() {
    Command.client("cc", "-shared", "-fPIC", "-O2", "-o", library, "src/test/c/clock.c").ok();
  }

  /** Fails unless a job was asked for at the time that is set: the clock is really off. */
  private static void assertClock(Registry registry, Duration offset) {
    Instant expected = Instant.now().plus(offset);
    List<String> created =
        registry.request().get("/api/v1/jobs?n=100").jsonPath().getList("jobs.created");
    assertThat(created)
        .map(Instant::parse)
        .anyMatch(time -> Duration.between(time, expected).abs().compareTo(TOLERANCE) < 0);
  }

  private void set(Duration offset) throws IOException {
    ByteBuffer seconds = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
    try (FileChannel file =
        FileChannel.open(clock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      file.write(seconds.putLong(0, offset.toSeconds()));
    }
  }

  private Layout images(String... names) throws IOException {
    LayoutBuilder builder = new LayoutBuilder(work.resolve("layout"));
    for (String name : names) {
      Path files = Files.createTempDirectory(work, "files");
      Files.write(files.resolve("file"), noise(LAYER_BYTES));
      Path tar = work.resolve(name + ".tar");
      Command.program("tar", "-C", files, "-cf", tar, ".").ok();
      builder.tar(tar, Compression.NONE).image(name);
    }
    return builder.build();
  }

  private byte[] noise(int bytes) {
    byte[] noise = new byte[bytes];
    random.nextBytes(noise);
    return noise;
  }
}
