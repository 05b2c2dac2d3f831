package io.deltaport.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltaport.oci.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ContentRangeTest {
  @Test
  void readsBothSpellings() {
    assertThat(ContentRange.parse("0-1023")).isEqualTo(new ContentRange(0, 1023));
    assertThat(ContentRange.parse("bytes 5-9/10")).isEqualTo(new ContentRange(5, 9));
    assertThat(ContentRange.parse("5-9").length()).isEqualTo(5);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"5-2", "-5", "5-", "a-b", "", "1-99999999999999999999", "0x1-0x2", "1 - 2"})
  void refusesEverythingElse(String header) {
    assertThatThrownBy(() -> ContentRange.parse(header))
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.BLOB_UPLOAD_INVALID);
              assertThat(e.status()).isEqualTo(400);
            });
  }
}
