package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Backups that are taken while clients push, and are served elsewhere. */
final class BackupIT {
  private static final int CLEAN = 0;
  private static final int REPAIRED = 3;
  private static final String REF = "stable";

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private static Command backup(Path data, Path target) {
    return Command.program(Path.of("deltaport").toAbsolutePath().toString(), "backup")
        .with("--data", data, target);
  }

  /** Pushes one image after the other, each with a layer of its own, until it is told to stop. */
  private static final class Pusher implements AutoCloseable {
    private final List<String> acknowledged = new CopyOnWriteArrayList<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Thread thread;
    private volatile boolean stopped;

    Pusher(Registry registry) {
      thread = Thread.ofPlatform().start(() -> run(registry));
    }

    private void run(Registry registry) {
      try {
        while (!stopped) {
          String tag = "t" + acknowledged.size();
          SmallImages.push(registry, tag, "release " + tag, "amd64");
          acknowledged.add(tag);
        }
      } catch (AssertionError | RuntimeException e) {
        failure.set(e);
      }
    }

    /** Waits until more was pushed. */
    void awaitMore() {
      int before = acknowledged.size();
      Await.until("more is pushed", Await.PATIENCE, () -> acknowledged.size() > before + 5);
    }

    @Override
    public void close() {
      stopped = true;
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      assertThat(failure.get()).isNull();
    }
  }

  @Test
  void whatWasAcknowledgedBeforeIsInTheBackup() throws Exception {
    Clients.require("ostree");
    Path data = FOLDER.fresh().resolve("data");
    Path target = FOLDER.fresh().resolve("backup");
    Layout layout = ScrubImages.build(FOLDER.fresh());
    ServerLaunch launch = ServerLaunch.on(data).setting("deltaport.gc.interval", "1s");
    try (ServerProcess server = launch.start()) {
      Registry system = new Registry(server, "fleet/os");
      Registry small = new Registry(server, "fleet/small");
      OstreeRemote.of(system).release(layout, "v1", REF);
      String commit = OstreeRemote.of(system).release(layout, "v2", REF);
      String delta = delta(system, layout).digest();
      try (Pusher pusher = new Pusher(small)) {
        pusher.awaitMore();
        List<String> first = List.copyOf(pusher.acknowledged);
        backup(data, target).ok();
        pusher.awaitMore();
        Path restored = copyOf(target);
        assertServes(restored, layout, commit, delta, first);

        // On top of the first one, with less to copy.
        List<String> second = List.copyOf(pusher.acknowledged);
        String told = backup(data, target).ok();
        assertThat(told).containsPattern("[1-9][0-9]* were there already");
        pusher.awaitMore();
        assertServes(copyOf(target), layout, commit, delta, second);
      }
    }
  }

  private static Delta delta(Registry registry, Layout layout) {
    return Delta.await(registry, layout.image("v1").manifest(), layout.image("v2").manifest());
  }

  private static Path copyOf(Path backup) {
    Path restored = FOLDER.fresh().resolve("data");
    Command.program("cp", "-a", backup, restored).ok();
    return restored;
  }

  private static void assertServes(
      Path data, Layout layout, String commit, String delta, List<String> tags) throws IOException {
    ScrubReport report = ScrubReport.rebuild(data);
    assertThat(report.status()).as("%s", report).isIn(CLEAN, REPAIRED);
    assertThat(report.findings()).isEmpty();
    try (ServerProcess server = ServerProcess.start(data)) {
      Registry system = new Registry(server, "fleet/os");
      assertThat(Skopeo.pull(server, "fleet/os:" + REF, FOLDER.fresh()).manifest())
          .isEqualTo(layout.image("v2").manifest());
      assertThat(delta(system, layout).digest()).isEqualTo(delta);
      OstreeRepo device = OstreeRepo.init(FOLDER.fresh().resolve("device"), "bare-user");
      device.remote("origin", OstreeRemote.of(system).url());
      device.ostree("pull", "origin", REF).ok();
      assertThat(device.ostree("rev-parse", "origin:" + REF).ok().strip()).isEqualTo(commit);
      for (String tag : tags) {
        Skopeo.pull(server, "fleet/small:" + tag, FOLDER.fresh());
      }
      SmallImages.push(new Registry(server, "fleet/small"), "later", "it goes on", "amd64");
    }
  }

  @Test
  void aFolderWithoutAServerIsCopiedToo() throws IOException {
    Path data = FOLDER.fresh().resolve("data");
    Path target = FOLDER.fresh().resolve("backup");
    try (ServerProcess server = ServerProcess.start(data)) {
      SmallImages.push(new Registry(server, "one"), "v1", "one", "amd64");
    }
    backup(data, target).ok();
    try (ServerProcess server = ServerProcess.start(target)) {
      Skopeo.pull(server, "one:v1", FOLDER.fresh());
    }
  }

  @Test
  void aBackupThatWasBrokenOffIsNotServed() throws Exception {
    Path data = FOLDER.fresh().resolve("data");
    Path target = FOLDER.fresh().resolve("backup");
    try (ServerProcess server = ServerProcess.start(data)) {
      // A file in the place of a folder breaks it off.
      SmallImages.push(new Registry(server, "one"), "v1", "one", "amd64");
      Files.createDirectories(target);
      Files.writeString(target.resolve("blobs"), "in the way");
      Command.Result broken = backup(data, target).run();
      assertThat(broken.status()).isEqualTo(1);
      assertThat(broken.err()).contains("the backup failed").doesNotContain("\tat ");
      Path log = FOLDER.fresh().resolve("log");
      Process refused =
          ServerLaunch.on(target)
              .process()
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      assertThat(refused.waitFor()).isEqualTo(1);
      assertThat(Files.readString(log)).contains("a backup that was broken off");
      Files.delete(target.resolve("blobs"));
      backup(data, target).ok();
    }
    try (ServerProcess server = ServerProcess.start(target)) {
      Skopeo.pull(server, "one:v1", FOLDER.fresh());
    }
  }

  @Test
  void nonsenseIsRefused() {
    Path data = FOLDER.fresh();
    assertThat(backup(data, FOLDER.fresh()).run().err()).contains("is no data folder");
    Path inside = data.resolve("blobs");
    assertThat(inside.toFile().mkdir()).isTrue();
    assertThat(backup(data, data.resolve("copy")).run().err()).contains("cannot lie in");
    assertThat(backup(data, FOLDER.fresh()).run().err()).contains("dump it first");
  }
}
