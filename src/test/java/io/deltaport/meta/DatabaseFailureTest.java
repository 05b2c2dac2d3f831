package io.deltaport.meta;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DatabaseFailureTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Timeout",
        "Connection was closed",
        "Connection is not active now, current status: CLOSED",
        "Pending requests failed to be sent due to connection has been closed.",
        "Transaction already completed"
      })
  void knowsHowTheClientSaysThatAConnectionIsLost(String message) {
    assertThat(DatabaseFailure.of(new RuntimeException(message))).isEqualTo(DatabaseFailure.AWAY);
    assertThat(DatabaseFailure.of(new IllegalStateException(new RuntimeException(message))))
        .isEqualTo(DatabaseFailure.AWAY);
  }

  @Test
  void tellsStatesApart() {
    assertThat(DatabaseFailure.of(new SQLException("x", "40001")))
        .isEqualTo(DatabaseFailure.CONFLICT);
    assertThat(DatabaseFailure.of(new SQLException("x", "53100"))).isEqualTo(DatabaseFailure.FULL);
    assertThat(DatabaseFailure.of(new SQLException("x", "08006"))).isEqualTo(DatabaseFailure.AWAY);
    assertThat(DatabaseFailure.of(new SQLException("x", "23505"))).isEqualTo(DatabaseFailure.OTHER);
    assertThat(DatabaseFailure.of(new IOException("reset"))).isEqualTo(DatabaseFailure.AWAY);
    assertThat(DatabaseFailure.of(new RuntimeException("a fault of ours")))
        .isEqualTo(DatabaseFailure.OTHER);
  }
}
