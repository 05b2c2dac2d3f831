package io.deltaport.cli;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ApiClientTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "http://", "localhost:5000", "http://a b", "ftp://host", "http://%"})
  void saysThatAnAddressIsNone(String address) {
    assertThatThrownBy(() -> new ApiClient(address))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("http://HOST:PORT");
  }
}
