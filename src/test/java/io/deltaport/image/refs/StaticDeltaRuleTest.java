package io.deltaport.image.refs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.deltaport.image.NamePattern;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StaticDeltaRuleTest {
  private static StaticDeltaRule rule(int fromLast, double maxRatio) {
    return new StaticDeltaRule(
        List.of(NamePattern.of("os/*"), NamePattern.of("edge")),
        List.of(NamePattern.of("stable"), NamePattern.of("stable/**")),
        fromLast,
        false,
        maxRatio);
  }

  @Test
  void aRuleIsForRefsOfItsRepositoriesAlone() {
    StaticDeltaRule rule = rule(1, 0.5);
    assertThat(rule.isFor("os/desktop", "stable")).isTrue();
    assertThat(rule.isFor("edge", "stable/arm/v7")).isTrue();
    assertThat(rule.isFor("os/desktop", "testing")).isFalse();
    assertThat(rule.isFor("os/a/b", "stable")).isFalse();
    assertThat(rule.isFor("other", "stable")).isFalse();
  }

  @Test
  void aDeltaIsKeptWhenItIsSmallInItselfOrForWhatItBrings() {
    StaticDeltaRule rule = rule(1, 0.5);
    assertThat(rule.keeps(64 << 10, 10)).isTrue();
    assertThat(rule.keeps((64 << 10) + 1, 128 << 10)).isFalse();
    assertThat(rule.keeps(5_000_000_000L, 10_000_000_000L)).isTrue();
    assertThat(rule.keeps(5_000_000_001L, 10_000_000_000L)).isFalse();
  }

  @Test
  void impossibleSettingsAreRefused() {
    assertThat(rule(StaticDeltaRule.FROM_LAST_MAX, 1).fromLast()).isEqualTo(32);
    assertThatIllegalArgumentException().isThrownBy(() -> rule(-1, 1)).withMessageContaining("32");
    assertThatIllegalArgumentException().isThrownBy(() -> rule(33, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> rule(1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> rule(1, Double.NaN));
  }
}
