package io.deltaport.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;

/** Names and digests of every kind, against the specification's own regular expressions. */
final class NamesPropertyTest {
  private static final Pattern NAME =
      Pattern.compile("[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(\\/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*");
  private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");

  @Provide
  Arbitrary<String> goodNames() {
    Arbitrary<String> words =
        Arbitraries.strings().withCharRange('a', 'z').numeric().ofMinLength(1).ofMaxLength(6);
    Arbitrary<String> joints = Arbitraries.of(".", "_", "__", "-", "---", "/");
    return Combinators.combine(words, joints, words, joints, words)
        .as((a, b, c, d, e) -> a + b + c + d + e);
  }

  @Property
  void namesFollowTheSpecification(
      @ForAll @Chars({'a', 'z', '0', '.', '_', '-', '/', 'A', ' '}) @StringLength(max = 12)
          String name) {
    assertThat(RepositoryName.isValid(name)).isEqualTo(NAME.matcher(name).matches());
  }

  @Property
  void goodNamesAreTaken(@ForAll @From("goodNames") String name) {
    assertThat(RepositoryName.isValid(name)).isTrue();
  }

  @Property
  void aNameWithOneForeignCharacterIsRefused(
      @ForAll @From("goodNames") String name,
      @ForAll @IntRange(max = 20) int place,
      @ForAll char foreign) {
    StringBuilder changed = new StringBuilder(name);
    changed.setCharAt(place % name.length(), foreign);
    assertThat(RepositoryName.isValid(changed.toString()))
        .isEqualTo(NAME.matcher(changed).matches());
  }

  /** What makes a regular expression try again and again in vain takes no longer than the rest. */
  @Property(tries = 50)
  void longNamesAreJudgedAtOnce(@ForAll @IntRange(min = 1, max = 255) int length) {
    for (String piece : List.of("a", "a-", "a__", "a/", "--")) {
      String name = piece.repeat(length / piece.length()) + "!";
      assertThat(RepositoryName.isValid(name)).isFalse();
    }
  }

  @Property
  void tagsFollowTheSpecification(
      @ForAll @Chars({'a', 'Z', '0', '.', '_', '-', '/', ':', 'ä'}) @StringLength(max = 130)
          String tag) {
    assertThat(Tag.isValid(tag)).isEqualTo(TAG.matcher(tag).matches());
  }

  @Property
  void aDigestIsWhatItWasReadFrom(
      @ForAll
          @CharRange(from = 'a', to = 'f')
          @CharRange(from = '0', to = '9')
          @StringLength(value = 128)
          String hex) {
    for (String text : List.of("sha512:" + hex, "sha256:" + hex.substring(64))) {
      assertThat(Digest.parse(text)).hasToString(text);
      assertThat(Digest.tryParse(text + "0")).isEmpty();
      assertThat(Digest.tryParse(text.substring(0, text.length() - 1))).isEmpty();
      assertThat(Digest.tryParse(text.substring(0, text.length() - 1) + "G")).isEmpty();
    }
  }

  @Property
  void nothingElseIsADigest(@ForAll String text, @ForAll @AlphaChars String algorithm) {
    assertThat(Digest.tryParse(text)).isEmpty();
    assertThat(Digest.tryParse(algorithm + ":" + text)).isEmpty();
    assertThat(Digest.tryParse("sha256:" + text)).isEmpty();
  }
}
