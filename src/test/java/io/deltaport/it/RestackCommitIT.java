package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What bootc's own code makes of a restacked image of a commit is the tree of the new commit. */
final class RestackCommitIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private static ServerProcess server;
  private static Path work;

  /** Makes the tree of a commit, in the folder that is its argument. */
  static final String FIRST =
      """
      cd "$1"
      mkdir -p usr/bin usr/lib/modules/6.1 usr/etc/ssh usr/share/old.d dev proc run sys sysroot var
      ln -s sysroot/ostree ostree
      ln -s usr/bin bin
      mkdir -m 1777 tmp
      head -c 3000000 /dev/urandom >usr/lib/modules/6.1/vmlinuz
      for file in usr/bin/tool usr/etc/conf usr/share/gone usr/share/stays usr/share/old.d/file \
          usr/share/kind; do
        echo "$file" >"$file"
      done
      ln -s tool usr/bin/link
      chown 12:34 usr/share/stays
      """;

  /** Turns it into the tree of the next commit. */
  static final String SECOND =
      """
      cd "$1"
      head -c 50000 /dev/urandom >usr/bin/new-tool
      cp usr/bin/new-tool usr/bin/same-tool
      setfattr -n security.capability -v 0x0100000200040000000000000000000000000000 usr/bin/new-tool
      chmod 4711 usr/bin/tool
      echo changed >usr/etc/conf
      echo new >usr/etc/ssh/new
      rm -r usr/share/gone usr/share/old.d usr/share/kind
      mkdir -m 0711 usr/share/kind
      echo inside >usr/share/kind/inside
      ln -sfn new-tool usr/bin/link
      : >usr/share/empty
      """;

  @BeforeAll
  static void start() throws IOException {
    Clients.requireRoot();
    Clients.require("ostree-ext-cli");
    work = FOLDER.fresh();
    server =
        ServerLaunch.on(work.resolve("data")).setting("deltaport.restack[0].tags", "os").start();
    ContainersHome.make(work, server.host());
    Path tree = Files.createDirectory(work.resolve("tree"));
    Command.client("sh", "-ec", FIRST, "sh", tree).ok();
    SelinuxPolicy.debian().copyTo(tree.resolve("usr/etc"));
    Command.client("ostree", repo(), "init", "--mode=bare").ok();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String repo() {
    return "--repo=" + work.resolve("repo");
  }

  /** Commits the tree, pushes it as an image and returns the commit. */
  private static String release(Registry registry) {
    Path tree = work.resolve("tree");
    String commit =
        Command.client(
                "ostree",
                repo(),
                "commit",
                "--branch=os",
                "--selinux-policy=" + tree,
                "--tree=dir=" + tree)
            .ok()
            .strip();
    Command.client(
            "ostree-ext-cli",
            "container",
            "encapsulate",
            repo(),
            "os",
            "registry:" + server.host() + "/" + registry.repository() + ":os")
        .env("HOME", work)
        .ok();
    return commit;
  }

  private static Optional<JsonNode> manifest(Registry registry, String tag) {
    Response response = registry.request().get(registry.path("manifests/" + tag));
    try {
      return response.statusCode() == 200
          ? Optional.of(JSON.readTree(response.asByteArray()))
          : Optional.empty();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theImportedTreeIsTheNewCommits() {
    Registry registry = new Registry(server, "t/commits");
    release(registry);
    JsonNode whole =
        Await.value("the first image", Await.PATIENCE, () -> manifest(registry, "os-incremental"));
    Command.client("sh", "-ec", SECOND, "sh", work.resolve("tree")).ok();
    String commit = release(registry);
    JsonNode restacked =
        Await.value(
            "the restacked image",
            Await.PATIENCE,
            () -> manifest(registry, "os-incremental").filter(now -> !now.equals(whole)));

    int layers = whole.path("layers").size();
    assertThat(restacked.path("layers").size()).as(server.log()).isEqualTo(layers + 1);
    for (int i = 0; i < layers; i++) {
      assertThat(restacked.path("layers").path(i).path("digest"))
          .isEqualTo(whole.path("layers").path(i).path("digest"));
    }
    Path pulled = work.resolve("pulled");
    Command.client("ostree", "--repo=" + pulled, "init", "--mode=bare").ok();
    Command.client(
            "ostree-ext-cli",
            "container",
            "image",
            "pull",
            pulled,
            "ostree-unverified-registry:"
                + server.host()
                + "/"
                + registry.repository()
                + ":os-incremental")
        .env("HOME", work)
        .ok();
    String ref =
        Command.client("ostree", "--repo=" + pulled, "refs", "--list", "ostree/container/image")
            .ok()
            .strip();
    assertThat(listing("--repo=" + pulled, ref)).isEqualTo(listing(repo(), commit));
  }

  /** Lists every path with its mode, owner, object and attributes. */
  private static List<String> listing(String repo, String ref) {
    return Command.client("ostree", repo, "ls", "-R", "-C", "-X", ref).ok().lines().toList();
  }
}
