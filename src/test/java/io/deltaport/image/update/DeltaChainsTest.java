package io.deltaport.image.update;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.image.update.UpdatePlan.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class DeltaChainsTest {
  private static Step delta(String from, String to, long bytes) {
    return new Step(from, to, from + to, bytes);
  }

  @Test
  void theCheapestWayMayHaveMoreSteps() {
    DeltaChains chains =
        new DeltaChains(List.of(delta("a", "c", 10), delta("a", "b", 4), delta("b", "c", 5)));

    assertThat(chains.cheapest("a", "c").orElseThrow())
        .extracting(Step::name)
        .containsExactly("ab", "bc");
    assertThat(chains.cheapest("c", "a")).isEmpty();
    assertThat(chains.cheapest("a", "a")).isEmpty();
    assertThat(chains.cheapest("nobody", "a")).isEmpty();
  }

  @Property(tries = 200)
  void noOtherWayIsCheaper(@ForAll long seed, @ForAll @IntRange(min = 2, max = 6) int images) {
    Random random = new Random(seed);
    List<Step> deltas = new ArrayList<>();
    long[][] bytes = new long[images][images];
    for (int from = 0; from < images; from++) {
      for (int to = 0; to < images; to++) {
        bytes[from][to] = Integer.MAX_VALUE;
        if (from != to && random.nextInt(3) == 0) {
          bytes[from][to] = random.nextInt(100);
          deltas.add(delta("" + from, "" + to, bytes[from][to]));
        }
      }
    }
    for (int via = 0; via < images; via++) {
      for (int from = 0; from < images; from++) {
        for (int to = 0; to < images; to++) {
          bytes[from][to] = Math.min(bytes[from][to], bytes[from][via] + bytes[via][to]);
        }
      }
    }

    Optional<List<Step>> found = new DeltaChains(deltas).cheapest("0", "1");

    assertThat(found.isPresent()).isEqualTo(bytes[0][1] < Integer.MAX_VALUE);
    found.ifPresent(
        steps -> {
          assertThat(steps.stream().mapToLong(Step::bytes).sum()).isEqualTo(bytes[0][1]);
          assertThat(steps.getFirst().from()).isEqualTo("0");
          assertThat(steps.getLast().to()).isEqualTo("1");
          for (int i = 1; i < steps.size(); i++) {
            assertThat(steps.get(i).from()).isEqualTo(steps.get(i - 1).to());
          }
        });
  }
}
