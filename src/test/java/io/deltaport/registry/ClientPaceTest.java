package io.deltaport.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ClientPaceTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final ClientPace pace =
      new ClientPace(new ClientPace.Limits(Duration.ofSeconds(10), 100));

  @Test
  void isPatientWithinTheWindow() {
    assertThat(pace.remainingNanos()).isEqualTo(10 * SECOND);
    assertThat(pace.isTooSlow(9 * SECOND)).isFalse();
    assertThat(pace.remainingNanos()).isEqualTo(SECOND);
  }

  @Test
  void endsWithAClientThatSendsNothing() {
    assertThat(pace.isTooSlow(10 * SECOND)).isTrue();
  }

  @Test
  void endsWithAClientThatTrickles() {
    for (int i = 0; i < 9; i++) {
      pace.received(99);
      assertThat(pace.isTooSlow(SECOND)).isFalse();
    }
    pace.received(99);
    assertThat(pace.isTooSlow(SECOND)).isTrue();
    assertThat(pace.describe()).contains("1000 bytes", "10 s");
  }

  @Test
  void judgesEachWindowByItself() {
    pace.received(1_000_000);
    assertThat(pace.isTooSlow(10 * SECOND)).isFalse();
    assertThat(pace.remainingNanos()).isEqualTo(10 * SECOND);
    assertThat(pace.isTooSlow(10 * SECOND)).isTrue();
  }

  @Test
  void aRateOfZeroStillWantsOneByte() {
    ClientPace any = new ClientPace(new ClientPace.Limits(Duration.ofSeconds(10), 0));
    any.received(1);
    assertThat(any.isTooSlow(10 * SECOND)).isFalse();
    assertThat(any.isTooSlow(10 * SECOND)).isTrue();
  }

  @Test
  void refusesSettingsWithoutSense() {
    assertThatThrownBy(() -> new ClientPace.Limits(Duration.ZERO, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ClientPace.Limits(Duration.ofSeconds(1), -1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
