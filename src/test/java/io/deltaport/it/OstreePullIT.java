package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Stock ostree pulls both releases, whatever kind of repository it keeps. */
final class OstreePullIT {
  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private static final List<String> TAGS = List.of("v1", "v2-layers");

  private static Registry registry;

  @BeforeAll
  static void push() {
    Clients.require("ostree");
    registry = Registry.fresh();
    for (String tag : TAGS) {
      Skopeo.push(Trees.small(), tag, registry.server(), registry.repository() + ":" + tag);
    }
    for (String tag : TAGS) {
      OstreeRemote.of(registry).await(tag);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bare", "bare-user", "archive"})
  void everyKindOfRepositoryGetsBothReleases(String mode) {
    OstreeRepo repo = OstreeRepo.init(FOLDER.fresh().resolve("repo"), mode);
    repo.remote("origin", OstreeRemote.of(registry).url());
    for (String tag : TAGS) {
      repo.ostree("pull", "origin", tag).ok();
    }
    repo.ostree("fsck").ok();
    for (String tag : TAGS) {
      assertThat(repo.ostree("rev-parse", "origin:" + tag).ok().strip())
          .isEqualTo(OstreeRemote.of(registry).await(tag));
    }
  }

  @Test
  void aMirrorHasAllRefs() {
    OstreeRepo repo = OstreeRepo.init(FOLDER.fresh().resolve("repo"), "archive");
    repo.remote("origin", OstreeRemote.of(registry).url());
    repo.ostree("pull", "--mirror", "origin").ok();
    repo.ostree("fsck").ok();
    assertThat(repo.ostree("refs").ok().lines()).containsExactlyInAnyOrderElementsOf(TAGS);
    assertThat(repo.ostree("remote", "refs", "origin").ok().lines())
        .containsExactlyElementsOf(TAGS.stream().map(tag -> "origin:" + tag).toList());
    assertThat(repo.ostree("remote", "summary", "origin").ok())
        .contains("Repository Mode (ostree.summary.mode): archive-z2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v2-layers"})
  void aCheckoutIsTheTreeOfTheImage(String tag) {
    Clients.requireRoot();
    Path work = FOLDER.fresh();
    Path tree = TarPatch.extract(Trees.small().layout(), tag, work);
    OstreeTreeIT.layOut(tree);
    OstreeRepo repo = OstreeRepo.init(work.resolve("pulled"), "bare");
    repo.remote("origin", OstreeRemote.of(registry).url());
    repo.ostree("pull", "origin", tag).ok();
    Path checkout = work.resolve("checkout");
    repo.ostree("checkout", "origin:" + tag, checkout.toString()).ok();
    assertThat(listing(checkout)).isEqualTo(listing(tree));
    WorkFolder.delete(work);
  }

  /** Lists paths, types, modes, owners, targets, contents and attributes. */
  private static String listing(Path tree) {
    return Command.program(
            "sh",
            "-ec",
            """
            cd "$1"
            find . -mindepth 1 -printf '%p %M %U %G %l\\n' | LC_ALL=C sort
            find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum
            getfattr -R -h -d -m - -e hex . | LC_ALL=C sort""",
            "sh",
            tree)
        .ok();
  }

  @Test
  void partsOfATreeAndSingleCommitsCanBePulled() {
    OstreeRemote remote = OstreeRemote.of(registry);
    OstreeRepo repo = OstreeRepo.init(FOLDER.fresh().resolve("repo"), "bare-user");
    repo.remote("origin", remote.url());
    String commit = remote.await("v1");
    repo.ostree("pull", "--commit-metadata-only", "origin", "v1").ok();
    assertThat(repo.ostree("show", "origin:v1").ok()).contains(commit);
    repo.ostree("pull", "--subpath=/usr/lib/os-release", "--subpath=/usr/bin", "origin", "v1").ok();
    repo.ostree("pull", "origin", commit).ok();
    repo.ostree("fsck").ok();
  }

  @Test
  void severalClientsPullAtOnce() throws Exception {
    List<Future<String>> pulls = new ArrayList<>();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 4; i++) {
        OstreeRepo repo = OstreeRepo.init(FOLDER.fresh().resolve("repo"), "archive");
        repo.remote("origin", OstreeRemote.of(registry).url());
        String tag = TAGS.get(i % TAGS.size());
        pulls.add(clients.submit(() -> repo.ostree("pull", "origin", tag).ok()));
      }
    }
    for (Future<String> pull : pulls) {
      pull.get();
    }
  }
}
