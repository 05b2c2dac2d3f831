package io.deltaport.image.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which repositories keys are for. */
final class KeyPatternsTest {
  @Test
  void patternsAreThoseOfRetentionRules() {
    KeyPatterns patterns = KeyPatterns.parse(KeyPatterns.of(List.of("os", "fleet/*")).text());
    assertThat(patterns.texts()).containsExactly("os", "fleet/*");
    assertThat(patterns.matches("os")).isTrue();
    assertThat(patterns.matches("fleet/a")).isTrue();
    assertThat(patterns.matches("fleet/a/b")).isFalse();
  }

  @Test
  void coversWhatItMatchesAll() {
    KeyPatterns all = KeyPatterns.of(List.of(KeyPatterns.ALL));
    KeyPatterns two = KeyPatterns.of(List.of("os", "fleet/*"));
    KeyPatterns one = KeyPatterns.of(List.of("os"));
    assertThat(all.cover(two)).isTrue();
    assertThat(two.cover(one)).isTrue();
    assertThat(one.cover(two)).isFalse();
    assertThat(two.cover(all)).isFalse();
  }

  @Test
  void wildcardsAndCountsAreBounded() {
    assertThat(KeyPatterns.areValid(List.of("a/*/**/b*"))).isTrue();
    assertThat(KeyPatterns.areValid(List.of("*a*b*c*"))).isFalse();
    assertThat(KeyPatterns.areValid(List.of())).isFalse();
    assertThat(KeyPatterns.areValid(Collections.nCopies(17, "a"))).isFalse();
    for (String bad : List.of("", "a,b", "A", "a b", "a".repeat(256), "\u00e4")) {
      assertThat(KeyPatterns.areValid(List.of(bad))).as(bad).isFalse();
    }
    assertThat(KeyPatterns.areValid(Collections.singletonList(null))).isFalse();
  }
}
