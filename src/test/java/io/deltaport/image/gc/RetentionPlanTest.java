package io.deltaport.image.gc;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.image.NamePattern;
import io.deltaport.meta.gc.RepositoryContent;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What rules remove, each told by a repository of a few images. */
final class RetentionPlanTest {
  private static final int OFF = RetentionRule.NO_LIMIT;

  @Test
  void theLastTagsStay() {
    RetentionPlan plan =
        new Repo()
            .tagged("v4")
            .tagged("v3")
            .tagged("v2")
            .tagged("v1")
            .plan(rule(2, List.of(), OFF, false));
    assertThat(tags(plan)).containsExactly("v2", "v1");
    assertThat(manifests(plan)).containsExactly("v2", "v1");
  }

  @Test
  void aManifestStaysAsLongAsOneOfItsTagsDoes() {
    RetentionPlan plan =
        new Repo()
            .tagged("v2")
            .tagged("v1")
            .tag("stable", "v1")
            .plan(rule(1, List.of("stable"), OFF, false));
    assertThat(tags(plan)).containsExactly("v1");
    assertThat(manifests(plan)).isEmpty();
  }

  @Test
  void tagsThatMatchStayBesideTheLast() {
    RetentionPlan plan =
        new Repo()
            .tagged("nightly-2")
            .tagged("nightly-1")
            .tagged("v1")
            .plan(rule(1, List.of("v*"), OFF, false));
    assertThat(tags(plan)).containsExactly("nightly-1");
  }

  @Test
  void aRuleWithoutACriterionForTagsRemovesWhatIsUntaggedAlone() {
    RetentionPlan plan =
        new Repo().tagged("v1").manifest("lost").plan(rule(OFF, List.of(), OFF, false));
    assertThat(tags(plan)).isEmpty();
    assertThat(manifests(plan)).containsExactly("lost");
  }

  @Test
  void untaggedManifestsStayWhenTheRuleSaysSo() {
    Repo repo = new Repo().tagged("v2").tagged("v1").manifest("lost");
    RetentionPlan plan = repo.plan(new RetentionRule(List.of(), 1, List.of(), OFF, false, true));
    assertThat(tags(plan)).containsExactly("v1");
    assertThat(manifests(plan)).isEmpty();
  }

  @Test
  void theYoungStay() {
    RetentionPlan plan =
        new Repo()
            .young("v1")
            .youngTag("fresh", "old")
            .manifest("old")
            .plan(rule(0, List.of(), OFF, false));
    assertThat(tags(plan)).isEmpty();
    assertThat(manifests(plan)).isEmpty();
  }

  @Test
  void whatDevicesAskedForStays() {
    Repo repo =
        new Repo()
            .tag("v2", "new")
            .tag("v1", "old")
            .pulled("new", 31)
            .pulled("old", 30)
            .pulled("untagged", 2)
            .manifest("never");
    RetentionPlan plan = repo.plan(rule(OFF, List.of(), 30, false));
    assertThat(tags(plan)).containsExactly("v2");
    assertThat(manifests(plan)).containsExactlyInAnyOrder("new", "never");
  }

  @Test
  void aPartThatWasPulledKeepsItsIndexWithAllItsParts() {
    RetentionPlan plan =
        new Repo()
            .tagged("index")
            .child("index", "arm64")
            .child("index", "amd64")
            .manifest("amd64")
            .pulled("arm64", 1)
            .plan(rule(OFF, List.of(), 7, false));
    assertThat(tags(plan)).isEmpty();
    assertThat(manifests(plan)).isEmpty();
  }

  @Test
  void partsGoWithTheirIndexUnlessAnotherOneHasThem() {
    RetentionPlan plan =
        new Repo()
            .tagged("kept")
            .tagged("gone")
            .child("kept", "both")
            .child("gone", "both")
            .child("gone", "alone")
            .manifest("both")
            .manifest("alone")
            .plan(rule(1, List.of(), OFF, false));
    assertThat(manifests(plan)).containsExactlyInAnyOrder("gone", "alone");
  }

  @Test
  void whatRefersToAnImageFollowsIt() {
    RetentionPlan plan =
        new Repo()
            .tagged("v2")
            .tagged("v1")
            .referrer("sbom", "v2")
            .referrer("signature-of-sbom", "sbom")
            .referrer("signature", "v1")
            .referrer("of-nothing", "never-pushed")
            .plan(rule(1, List.of(), OFF, false));
    assertThat(manifests(plan)).containsExactlyInAnyOrder("v1", "signature", "of-nothing");
  }

  @Test
  void aDeltaToAKeptImageKeepsItsSourceAndNoMore() {
    Repo repo =
        new Repo().tagged("v3").tagged("v2").tagged("v1").delta("v2", "v3").delta("v1", "v2");
    RetentionPlan plan = repo.plan(rule(1, List.of(), OFF, true));
    assertThat(tags(plan)).containsExactly("v2", "v1");
    assertThat(manifests(plan)).containsExactlyInAnyOrder("v1", "v1-v2");
  }

  @Test
  void aDeltaGoesWithItsSource() {
    Repo repo = new Repo().tagged("v2").tagged("v1").delta("v1", "v2");
    RetentionPlan plan = repo.plan(rule(1, List.of(), OFF, false));
    assertThat(manifests(plan)).containsExactlyInAnyOrder("v1", "v1-v2");
  }

  @Test
  void aDeltaThatWasPulledKeepsItsTarget() {
    Repo repo =
        new Repo().tagged("v2").tagged("v1").delta("v1", "v2").pulledArtifact("v1-v2", "v2", 3);
    RetentionPlan plan = repo.plan(rule(OFF, List.of(), 7, true));
    assertThat(tags(plan)).containsExactly("v1");
    assertThat(manifests(plan)).isEmpty();
  }

  @Test
  void indexesThatNameEachOtherInCirclesEnd() {
    RetentionPlan plan =
        new Repo()
            .tagged("a")
            .manifest("b")
            .child("a", "b")
            .child("b", "a")
            .plan(rule(1, List.of(), OFF, false));
    assertThat(manifests(plan)).isEmpty();
  }

  private static RetentionRule rule(
      int last, List<String> tags, int pulledDays, boolean keepDeltas) {
    return new RetentionRule(
        List.of(),
        last,
        tags.stream().map(NamePattern::of).toList(),
        pulledDays,
        keepDeltas,
        false);
  }

  private static List<String> tags(RetentionPlan plan) {
    return plan.tags().stream().map(RepositoryContent.Tag::name).toList();
  }

  private static List<String> manifests(RetentionPlan plan) {
    return plan.manifests().stream().map(RepositoryContent.Manifest::digest).toList();
  }
}
