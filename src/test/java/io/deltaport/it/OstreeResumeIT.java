package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A pull goes on where it was when the server comes back. */
final class OstreeResumeIT {
  /** Objects after which the server dies: a small part of all of them. */
  private static final int OBJECTS = 300;

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  @Test
  void aPullEndsWellAfterTheServerWasKilled() throws Exception {
    Clients.require("ostree");
    Path folder = FOLDER.fresh();
    ServerProcess server = ServerProcess.start(folder.resolve("data"));
    try {
      OstreeRemote remote = OstreeRemote.of(new Registry(server, "os/base"));
      Skopeo.push(Trees.small(), "v1", server, "os/base:v1");
      String commit = remote.await("v1");
      OstreeRepo repo = OstreeRepo.init(folder.resolve("repo"), "archive");
      repo.remote("origin", remote.url());
      CompletableFuture<Command.Result> pull =
          CompletableFuture.supplyAsync(() -> repo.ostree("pull", "origin", "v1").run());
      Await.until(
          "a part is there", Await.PATIENCE, () -> pull.isDone() || objects(repo) >= OBJECTS);
      server.kill();
      pull.join();
      server = ServerProcess.start(folder.resolve("data"), server.port());
      repo.ostree("pull", "origin", "v1").ok();
      repo.ostree("fsck").ok();
      assertThat(repo.ostree("rev-parse", "origin:v1").ok().strip()).isEqualTo(commit);
    } finally {
      server.close();
    }
  }

  private static long objects(OstreeRepo repo) throws IOException {
    try (Stream<Path> files = Files.walk(repo.folder())) {
      return files.filter(file -> file.toString().endsWith(".filez")).count();
    } catch (UncheckedIOException e) {
      // Something went while it was looked at.
      return 0;
    }
  }
}
