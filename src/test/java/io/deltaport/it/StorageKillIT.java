package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The server dies by SIGKILL at a random moment while it absorbs, describes blobs, lets their files
 * go, rewrites packs and collects garbage, again and again ({@code -Ddeltaport.rounds=100} for the
 * long form), and every blob comes back whole.
 */
final class StorageKillIT {
  private static final int ROUNDS = Integer.getInteger("deltaport.rounds", 5);
  private static final int RELEASES_MAX = 5;
  private static final String REPOSITORY = "kill/os";

  /** Longer than absorbing, describing and repacking a release take together. */
  private static final int WITHIN_MILLIS = 7_000;

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private final long seed = Long.getLong("deltaport.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final EvolvingImage image = new EvolvingImage(random);
  private final Deque<Release> releases = new ArrayDeque<>();
  private final Path data = FOLDER.fresh().resolve("data");
  private GcServer server;

  /** A release that the server has acknowledged. */
  private record Release(String tag, Layout layout) {}

  @BeforeEach
  void start() throws IOException {
    Clients.require("skopeo");
    server =
        GcServer.start(
            data,
            "deltaport.blob.cache",
            "0",
            "deltaport.blob.compact-interval",
            "2s",
            "deltaport.repack.interval",
            "1s",
            "deltaport.repack.rate",
            "0");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void everyBlobComesBackWhole() throws Exception {
    for (int round = 1; round <= ROUNDS; round++) {
      Release release = new Release("r" + round, image.next(FOLDER.fresh()));
      push(release);
      releases.add(release);
      if (random.nextBoolean()) {
        dieWhile(this::pushAnother);
      } else {
        retire();
        dieWhile(this::collect);
      }
      start();
      assertAllThere();
      System.out.printf("storage kill round %d of %d (seed %d)%n", round, ROUNDS, seed);
    }
    ColdServer cold = new ColdServer(server.process());
    for (Release release : releases) {
      cold.awaitCold(release.layout().image("v").layers());
    }
    Jobs.awaitIdle(new Registry(server.process(), ""));
    server.collectAll();
    assertThat(server.number("select count(*) from pack")).isEqualTo(server.files("packs").size());
    assertAllThere();
    assertThat(cold.rebuilds("wrong")).isZero();
    ScrubReport report = ScrubReport.of(server.process());
    assertThat(report.status()).as(report.findings().toPrettyString()).isZero();
    assertThat(server.process().log()).doesNotContain("A request failed", "is damaged");
  }

  private void push(Release release) {
    Skopeo.push(release.layout(), "v", server.process(), REPOSITORY + ":" + release.tag());
    Skopeo.push(release.layout(), "v", server.process(), REPOSITORY + ":latest");
  }

  /** What happens while the server dies. */
  private interface Work {
    void run() throws Exception;
  }

  private void dieWhile(Work work) throws InterruptedException {
    Thread worker =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    work.run();
                  } catch (Exception | AssertionError e) {
                    // The server is dead, as it should be by now.
                  }
                });
    Thread.sleep(random.nextInt(WITHIN_MILLIS));
    server.process().kill();
    worker.join();
  }

  /** A push that nobody acknowledges, of a release that shares layers with those that are there. */
  private void pushAnother() throws IOException {
    push(new Release("lost", image.next(FOLDER.fresh())));
  }

  /** Days pass again and again. */
  private void collect() throws Exception {
    while (true) {
      server.collectAll();
    }
  }

  private void retire() {
    while (releases.size() > RELEASES_MAX) {
      Release oldest = releases.remove();
      Registry registry = new Registry(server.process(), REPOSITORY);
      String manifest = oldest.layout().image("v").manifest();
      assertThat(registry.request().delete(registry.path("manifests/" + manifest)).statusCode())
          .isEqualTo(202);
    }
  }

  private void assertAllThere() {
    for (Release release : releases) {
      assertThat(Skopeo.pull(server.process(), REPOSITORY + ":" + release.tag(), FOLDER.fresh()))
          .as(server.process().log())
          .isEqualTo(release.layout().image("v"));
    }
  }
}
