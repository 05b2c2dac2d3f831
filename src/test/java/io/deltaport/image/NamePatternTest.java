package io.deltaport.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which names a pattern of a retention rule takes. */
final class NamePatternTest {
  @ParameterizedTest
  @CsvSource({
    "releases/**, releases/os, true",
    "releases/**, releases/os/x86, true",
    "releases/**, releases, false",
    "releases/**, prereleases/os, false",
    "releases/*, releases/os, true",
    "releases/*, releases/os/x86, false",
    "**, any/thing, true",
    "*, any/thing, false",
    "v*, v1.2, true",
    "v*, rev1, false",
    "v?, v1, true",
    "v?, v12, false",
    "v1.2, v1.2, true",
    "v1.2, v1x2, false",
    "**/nightly, a/b/nightly, true",
    "a+(b, a+(b, true",
    "stable, stable, true",
    "stable, unstable, false"
  })
  void aPatternTakesWholeNames(String pattern, String name, boolean expected) {
    assertThat(NamePattern.of(pattern).matches(name)).isEqualTo(expected);
  }
}
