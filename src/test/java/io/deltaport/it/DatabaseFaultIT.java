package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * PostgreSQL dies by SIGKILL under load, again and again ({@code -Ddeltaport.rounds=100} for the
 * long form); the server gets it back by itself and keeps every promise.
 */
final class DatabaseFaultIT {
  private static final int ROUNDS = Integer.getInteger("deltaport.rounds", 6);
  private static final int CLIENTS = 4;
  private static final int ANSWERS_BETWEEN = 40;

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private final Random random = new Random();
  private final AtomicBoolean enough = new AtomicBoolean();

  @Test
  void everyPromiseIsKeptWhilePostgresDies() throws Exception {
    Path data = FOLDER.fresh().resolve("data");
    try (ServerProcess server = ServerProcess.start(data);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<RandomPusher> pushers = new ArrayList<>();
      List<Future<?>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        RandomPusher pusher =
            new RandomPusher(Http.to(server::url), "database/" + i, random.nextLong());
        pushers.add(pusher);
        clients.add(threads.submit(() -> pushUntilEnough(pusher)));
      }
      try {
        for (int round = 1; round <= ROUNDS; round++) {
          awaitAnswers(pushers, clients);
          killSomeOfPostgres(server, round);
          System.out.printf(
              "PostgreSQL killed %d times: %d requests acknowledged, %d refused so far%n",
              round, answers(pushers), pushers.stream().mapToInt(RandomPusher::refused).sum());
        }
        awaitAnswers(pushers, clients);
      } finally {
        enough.set(true);
      }
      for (Future<?> client : clients) {
        client.get();
      }
      for (RandomPusher pusher : pushers) {
        pusher.check();
      }
      assertThat(server.log()).doesNotContain("A request failed");
    }
  }

  /** In turn the first process, after which nothing runs, and one that serves a connection. */
  private void killSomeOfPostgres(ServerProcess server, int round) {
    ProcessHandle first = Await.value("PostgreSQL runs", Await.PATIENCE, () -> server.postgres());
    if (round % 2 == 1) {
      first.destroyForcibly();
      return;
    }
    Optional<ProcessHandle> any =
        Await.value(
            "PostgreSQL serves connections",
            Await.PATIENCE,
            () ->
                Optional.of(first.children().skip(random.nextInt(8)).findFirst())
                    .filter(Optional::isPresent));
    any.orElseThrow().destroyForcibly();
  }

  private static void awaitAnswers(List<RandomPusher> pushers, List<Future<?>> clients) {
    int goal = answers(pushers) + ANSWERS_BETWEEN;
    Await.until(
        "the server answers again",
        Await.PATIENCE,
        () -> answers(pushers) >= goal || clients.stream().anyMatch(Future::isDone));
  }

  private void pushUntilEnough(RandomPusher pusher) {
    while (!enough.get()) {
      try {
        pusher.step();
      } catch (IOException e) {
        // Refused; a client tries something else.
      }
    }
  }

  private static int answers(List<RandomPusher> pushers) {
    return pushers.stream().mapToInt(RandomPusher::acknowledged).sum();
  }
}
