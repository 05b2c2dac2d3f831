package io.deltaport.ostree;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CollectionIdTest {
  @ParameterizedTest
  @ValueSource(strings = {"org.example", "org.example.Os", "_a._1", "a.b_c.D9"})
  void wordsWithDotsBetweenThem(String id) {
    assertThat(CollectionId.isValid(id)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "org", ".org", "org.", "org..os", "org.1", "org.a-b", "org.a/b"})
  void nothingElse(String id) {
    assertThat(CollectionId.isValid(id)).isFalse();
  }

  @Test
  void namesOfRepositoriesBecomeWords() {
    assertThat(CollectionId.words("fleet/base-os")).isEqualTo("fleet.base_2dos");
    assertThat(CollectionId.words("os/9x")).isEqualTo("os._39x");
    assertThat(CollectionId.isValid("a." + "b".repeat(254))).isFalse();
  }

  @Property
  void everySegmentIsAWord(
      @ForAll @StringLength(min = 1, max = 40) @CharRange(from = ' ', to = '~') String name) {
    String path = name.replace('/', '-') + "/" + name.replace('/', '.');
    assertThat(CollectionId.isValid(CollectionId.words(path))).isTrue();
  }
}
