package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Signed remotes: clients that look at every signature pull while refs move. */
final class OstreeSummaryIT {
  private static final int MOVES = 12;

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private static ServerProcess server;
  private static FleetKey key;

  @BeforeAll
  static void start() throws IOException {
    Clients.require("ostree");
    Path folder = FOLDER.fresh();
    server = ServerProcess.start(folder.resolve("data"));
    key = FleetKey.make(server, folder);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static OstreeRepo repo(Registry registry) {
    OstreeRepo repo = OstreeRepo.init(FOLDER.fresh().resolve("repo"), "bare-user");
    key.remote(repo, OstreeRemote.of(registry).url());
    return repo;
  }

  @Test
  void everySignatureIsRightWhileRefsMove() throws Exception {
    Registry registry = new Registry(server, "moving/os");
    TinyImage.push(registry, "stable", Map.of("usr/id", "first"));
    OstreeRemote.of(registry).await("stable");
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread pusher =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    for (int i = 0; i < MOVES; i++) {
                      TinyImage.push(registry, "stable", Map.of("usr/id", "round " + i));
                      TinyImage.push(registry, "v" + i, Map.of("usr/id", "round " + i));
                    }
                  } catch (Throwable e) {
                    failure.set(e);
                  }
                });
    OstreeRepo repo = repo(registry);
    int pulls = 0;
    while (pusher.isAlive() || pulls == 0) {
      repo.ostree("pull", "origin", "stable").ok();
      repo.ostree("remote", "summary", "origin").ok();
      pulls++;
    }
    assertThat(failure.get()).isNull();
    OstreeRemote.of(registry).await("v" + (MOVES - 1));
    repo.ostree("pull", "--mirror", "origin").ok();
    repo.ostree("fsck").ok();
  }

  @Test
  void anotherKeyIsRefused() throws IOException {
    Registry registry = new Registry(server, "strange/os");
    TinyImage.push(registry, "stable", Map.of("usr/id", "first"));
    OstreeRemote.of(registry).await("stable");
    FleetKey.keys(server, "create", "stranger", "--kind=openpgp", "--repositories=nobody");
    Path other =
        Files.writeString(
            FOLDER.fresh().resolve("other.asc"), FleetKey.keys(server, "export", "stranger"));
    OstreeRepo repo = OstreeRepo.init(FOLDER.fresh().resolve("repo"), "bare-user");
    repo.ostree(
            "remote",
            "add",
            "--gpg-import=" + other,
            "--set=gpg-verify-summary=true",
            "--no-sign-verify",
            "origin",
            OstreeRemote.of(registry).url())
        .ok();
    assertThat(repo.ostree("pull", "origin", "stable").run().status()).isNotZero();
    assertThat(repo(registry).ostree("pull", "origin", "stable").run().status()).isZero();
  }
}
