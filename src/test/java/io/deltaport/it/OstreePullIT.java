package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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
}
