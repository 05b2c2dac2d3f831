package io.deltaport.image.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.deltaport.image.NamePattern;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class DeltaRuleTest {
  private static DeltaRule rule(int fromLast, double maxRatio) {
    return rule(fromLast, 0, 30, maxRatio);
  }

  private static DeltaRule rule(int fromLast, int fromPulled, int pulledDays, double maxRatio) {
    return new DeltaRule(
        List.of(NamePattern.of("os/*"), NamePattern.of("edge")),
        List.of(NamePattern.of("stable"), NamePattern.of("stable/**")),
        fromLast,
        List.of(NamePattern.of("v1.*")),
        fromPulled,
        pulledDays,
        false,
        Optional.empty(),
        maxRatio);
  }

  @Test
  void aRuleIsForNamesInItsRepositoriesAlone() {
    DeltaRule rule = rule(1, 0.5);
    assertThat(rule.isFor("os/desktop", "stable")).isTrue();
    assertThat(rule.isFor("edge", "stable/arm/v7")).isTrue();
    assertThat(rule.isFor("os/desktop", "testing")).isFalse();
    assertThat(rule.isFor("os/a/b", "stable")).isFalse();
    assertThat(rule.isFor("other", "stable")).isFalse();
    assertThat(rule.startsFrom("v1.2")).isTrue();
    assertThat(rule.startsFrom("v2.1")).isFalse();
  }

  @Test
  void aDeltaIsKeptWhenItIsSmallInItselfOrForWhatItBrings() {
    DeltaRule rule = rule(1, 0.5);
    assertThat(rule.keeps(64 << 10, 10)).isTrue();
    assertThat(rule.keeps((64 << 10) + 1, 128 << 10)).isFalse();
    assertThat(rule.keeps(5_000_000_000L, 10_000_000_000L)).isTrue();
    assertThat(rule.keeps(5_000_000_001L, 10_000_000_000L)).isFalse();
  }

  @Test
  void theFirstRuleForANameCountsAndWithoutOneTheUsual() {
    DeltaRules rules = new DeltaRules(List.of(rule(3, 0.1), rule(5, 0.5)));
    assertThat(rules.find("edge", "stable").fromLast()).isEqualTo(3);
    assertThat(rules.find("edge", "other")).isEqualTo(DeltaRule.DEFAULT);
    assertThat(rules.keeps("edge", List.of("stable"), 200_000, 1_000_000)).isFalse();
    assertThat(rules.keeps("edge", List.of("stable", "other"), 200_000, 1_000_000)).isTrue();
    assertThat(rules.keeps("edge", List.of(), 200_000, 1_000_000)).isTrue();
  }

  @Test
  void impossibleSettingsAreRefused() {
    assertThat(rule(DeltaRule.SOURCES_MAX, 1).fromLast()).isEqualTo(32);
    assertThatIllegalArgumentException().isThrownBy(() -> rule(-1, 1)).withMessageContaining("32");
    assertThatIllegalArgumentException().isThrownBy(() -> rule(33, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rule(1, 33, 1, 1))
        .withMessageContaining("from-pulled");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rule(1, 1, 0, 1))
        .withMessageContaining("pulled-days");
    assertThatIllegalArgumentException().isThrownBy(() -> rule(1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> rule(1, Double.NaN));
  }
}
