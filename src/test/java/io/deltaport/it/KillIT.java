package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The server dies by SIGKILL at a random moment of parallel pushes, deletions and garbage
 * collection, again and again ({@code -Ddeltaport.rounds=100} for the long form), and keeps every
 * promise after its restart.
 */
final class KillIT {
  private static final int ROUNDS = Integer.getInteger("deltaport.rounds", 5);
  private static final int CLIENTS = 4;

  /** Requests that are answered before the server dies, at most: some seconds of work. */
  private static final int ANSWERS_MAX = 400;

  /**
   * Longer than any push is between its file and its row, short enough to end within a long run.
   */
  private static final String GRACE = "30s";

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private final long seed = Long.getLong("deltaport.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final AtomicReference<ServerProcess> server = new AtomicReference<>();
  private final Http http = Http.to(() -> server.get().url());

  @Test
  void everyPromiseIsKept() throws Exception {
    Path data = FOLDER.fresh().resolve("data");
    List<RandomPusher> pushers = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      pushers.add(new RandomPusher(http, "kill/" + i, random.nextLong()));
    }
    server.set(start(data));
    try {
      for (int round = 1; round <= ROUNDS; round++) {
        dieAtWork(pushers);
        server.set(start(data));
        for (RandomPusher pusher : pushers) {
          pusher.check();
        }
        assertFilesAreWhole(data.resolve("blobs"));
        System.out.printf(
            "kill round %d of %d (seed %d): %d requests acknowledged so far%n",
            round, ROUNDS, seed, answers(pushers));
      }
      assertThat(server.get().log()).doesNotContain("A request failed");
    } finally {
      server.get().close();
    }
  }

  /** Garbage is collected all the time; only what clients were told of lately is kept for long. */
  private static ServerProcess start(Path data) throws IOException {
    return ServerLaunch.on(data)
        .setting("deltaport.gc.interval", "1s")
        .setting("deltaport.gc.grace", GRACE)
        .setting("deltaport.gc.lease", "24h")
        .start();
  }

  private void dieAtWork(List<RandomPusher> pushers) throws Exception {
    List<Future<?>> clients = new ArrayList<>();
    int moment = answers(pushers) + 1 + random.nextInt(ANSWERS_MAX);
    try (var threads = java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()) {
      for (RandomPusher pusher : pushers) {
        clients.add(threads.submit(() -> pushUntilItDies(pusher)));
      }
      Await.until(
          "so many requests are answered",
          Await.PATIENCE,
          () -> answers(pushers) >= moment || clients.stream().anyMatch(Future::isDone));
      server.get().kill();
    }
    for (Future<?> client : clients) {
      assertNothingWrong(client);
    }
  }

  private static void pushUntilItDies(RandomPusher pusher) {
    try {
      while (true) {
        pusher.step();
      }
    } catch (IOException e) {
      // The server is dead, as it should be by now.
    }
  }

  /** Passes on what a client has found wrong. */
  private static void assertNothingWrong(Future<?> client) throws Exception {
    try {
      client.get();
    } catch (ExecutionException e) {
      throw new AssertionError("a client met a wrong answer", e.getCause());
    }
  }

  private static int answers(List<RandomPusher> pushers) {
    return pushers.stream().mapToInt(RandomPusher::acknowledged).sum();
  }

  /** Whatever has the name of a blob is that blob, also where no row knows of it. */
  private static void assertFilesAreWhole(Path blobs) throws IOException {
    try (Stream<Path> files = Files.walk(blobs)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Layout.sha256(file)).endsWith(file.getFileName().toString());
      }
    }
  }
}
