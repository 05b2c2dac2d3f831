package io.deltaport.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NamesTest {
  @ParameterizedTest
  @ValueSource(strings = {"os", "team/os", "a.b", "a_b", "a__b", "a--b/c-d", "0/1/2"})
  void acceptsRepositoryNames(String name) {
    assertThat(RepositoryName.isValid(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "OS", "a/", "/a", "a//b", "a..b", "..", "a/../b", "a___b", "-a", "a-", "a b", "é"
      })
  void refusesOtherNames(String name) {
    assertThat(RepositoryName.isValid(name)).isFalse();
  }

  @Test
  void boundsTheLengthOfNames() {
    assertThat(RepositoryName.isValid("a".repeat(255))).isTrue();
    assertThat(RepositoryName.isValid("a".repeat(256))).isFalse();
  }

  @Test
  void knowsTags() {
    assertThat(Tag.isValid("v1.0_rc-1")).isTrue();
    assertThat(Tag.isValid("a".repeat(128))).isTrue();
    assertThat(Tag.isValid("a".repeat(129))).isFalse();
    assertThat(Tag.isValid("-a")).isFalse();
    assertThat(Tag.isValid("a/b")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "sha256", "sha256:", "sha256:abc", "md5:abc", "sha256:../../etc/passwd"})
  void refusesOtherDigests(String text) {
    assertThat(Digest.tryParse(text)).isEmpty();
    assertThatThrownBy(() -> Digest.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesUppercaseDigests() {
    assertThat(Digest.tryParse("sha256:" + "A".repeat(64))).isEmpty();
    assertThat(Digest.tryParse("sha256:" + "a".repeat(64))).isPresent();
    assertThat(Digest.tryParse("sha512:" + "a".repeat(128))).isPresent();
  }
}
