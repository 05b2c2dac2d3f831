package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.it.LayoutBuilder.Compression;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Garbage is collected every second, without any grace, while clients push, mount, push again and
 * delete: only leases protect them. It runs until blobs and their files have gone meanwhile, and
 * for {@code -Ddeltaport.gc.minutes=N} at least.
 */
class GcRaceIT {
  private static final int CLIENTS = 5;
  private static final long MINUTES = Long.getLong("deltaport.gc.minutes", 0);

  /** Enough for a file to get its row on a busy machine, and short enough to run out often. */
  private static final String LEASE = System.getProperty("deltaport.gc.lease", "8s");

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private final AtomicBoolean over = new AtomicBoolean();

  @Test
  void whatIsAcknowledgedStaysWhileGarbageIsCollected() throws Exception {
    Clients.require("skopeo");
    try (ServerProcess server =
            ServerLaunch.on(FOLDER.fresh().resolve("data"))
                .setting("deltaport.gc.interval", "1s")
                .setting("deltaport.gc.grace", "0s")
                .setting("deltaport.gc.lease", LEASE)
                .start();
        ExecutorService threads = Executors.newCachedThreadPool()) {
      List<GcPusher> pushers = pushers(server);
      List<Future<Void>> running = new ArrayList<>();
      for (GcPusher pusher : pushers) {
        running.add(threads.submit(untilOver(pusher::step)));
      }
      running.add(threads.submit(untilOver(releases(server))));
      try {
        awaitGarbage(server, running);
      } finally {
        over.set(true);
      }
      for (Future<Void> one : running) {
        one.get();
      }
      pushers.forEach(GcPusher::checkAll);
      assertThat(pushers).as("manifests to check").anyMatch(pusher -> pusher.held() > 0);
      System.out.printf(
          "GC race: %d manifests held, %d pushes refused, removed %s%n",
          pushers.stream().mapToInt(GcPusher::held).sum(),
          pushers.stream().mapToInt(GcPusher::refused).sum(),
          removed(server));
    }
  }

  private List<GcPusher> pushers(ServerProcess server) {
    Http http = Http.to(server::url);
    List<String> repositories =
        IntStream.range(0, CLIENTS).mapToObj(i -> "race/client" + i).toList();
    return IntStream.range(0, CLIENTS)
        .mapToObj(i -> new GcPusher(http, repositories.get(i), repositories, System.nanoTime()))
        .toList();
  }

  private interface Step {
    void run() throws Exception;
  }

  private Callable<Void> untilOver(Step step) {
    return () -> {
      while (!over.get()) {
        step.run();
      }
      return null;
    };
  }

  /** Pushes releases with a real client, whose layers are taken apart, and deletes them again. */
  private static Step releases(ServerProcess server) throws IOException {
    Layout layout = layout();
    Registry registry = new Registry(server, "race/os");
    return () -> {
      for (String tag : new String[] {"v1", "v2"}) {
        Skopeo.push(layout, tag, server, registry.repository() + ":stable");
        assertThat(Skopeo.pull(server, registry.repository() + ":stable", FOLDER.fresh()))
            .isEqualTo(layout.image(tag));
      }
      for (String tag : new String[] {"v1", "v2"}) {
        registry.request().delete(registry.path("manifests/" + layout.image(tag).manifest()));
      }
    };
  }

  private static Layout layout() throws IOException {
    Path work = FOLDER.fresh();
    LayoutBuilder builder = new LayoutBuilder(work.resolve("oci"));
    for (String version : new String[] {"v1", "v2"}) {
      Path files = Files.createDirectory(work.resolve(version));
      Files.writeString(files.resolve("release"), version);
      Files.writeString(files.resolve("same"), "same in both");
      Path tar = work.resolve(version + ".tar");
      Command.program("tar", "-cf", tar, "-C", files, ".").ok();
      builder.tar(tar, Compression.GZIP).image(version);
    }
    return builder.build();
  }

  /** Waits until links, blobs and files were removed under the clients' hands. */
  private static void awaitGarbage(ServerProcess server, List<Future<Void>> running) {
    long end = System.nanoTime() + MINUTES * 60_000_000_000L;
    Await.until(
        "links, blobs and files have gone",
        Await.PATIENCE.plusMinutes(MINUTES),
        () -> {
          for (Future<Void> one : running) {
            if (one.isDone()) {
              one.get(); // it has failed: say why
            }
          }
          Map<String, Long> removed = removed(server);
          return System.nanoTime() > end
              && removed.getOrDefault("blob-link", 0L) > 0
              && removed.getOrDefault("blob", 0L) > 0
              && removed.getOrDefault("file", 0L) > 0;
        });
  }

  private static Map<String, Long> removed(ServerProcess server) {
    JsonPath runs = RestAssured.given().baseUri(server.url()).get("/api/v1/gc?n=1000").jsonPath();
    Map<String, Long> removed = new TreeMap<>();
    List<List<Map<String, Object>>> reports = runs.getList("runs.report.removed");
    for (List<Map<String, Object>> report : reports) {
      if (report != null) {
        report.forEach(
            item ->
                removed.merge(
                    (String) item.get("kind"),
                    ((Number) item.get("count")).longValue(),
                    Long::sum));
      }
    }
    return removed;
  }
}
