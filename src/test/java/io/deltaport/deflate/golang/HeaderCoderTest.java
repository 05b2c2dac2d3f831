package io.deltaport.deflate.golang;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.deflate.PredictedBlock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HeaderCoderTest {
  private final HeaderCoder coder = new HeaderCoder(new PackageMerge());

  @Test
  void runsAreCutAsGoCutsThem() {
    List<Integer> literals = new ArrayList<>();
    literals.addAll(Collections.nCopies(150, 0));
    literals.addAll(Collections.nCopies(2, 0));
    literals.addAll(Collections.nCopies(1 + 6 + 2, 8));
    literals.addAll(Collections.nCopies(10, 0));
    literals.addAll(Collections.nCopies(2, 0));
    literals.addAll(Collections.nCopies(4, 7));

    // The row of distances goes on with the last length of the literals.
    PredictedBlock block = block(literals, List.of(7, 0, 0));

    assertThat(symbols(block))
        .containsExactly(18, 127, 18, 3, 8, 16, 3, 8, 8, 18, 1, 7, 16, 1, 0, 0);
    assertThat(block.literals()).isEqualTo(literals.size());
    assertThat(block.distances()).isEqualTo(3);
  }

  @Test
  void fourLengthsOfTheCodeLengthsAreWrittenAtLeast() {
    PredictedBlock block = block(Collections.nCopies(260, 0), List.of(0));
    // Symbol 18 is the only one, so the row ends behind it.
    assertThat(block.header()).startsWith(0, 0, 1, 0);
    assertThat(symbols(block)).containsExactly(18, 127, 18, 112);
  }

  private PredictedBlock block(List<Integer> literals, List<Integer> distances) {
    coder.code(bytes(literals), literals.size(), bytes(distances), distances.size());
    return coder.block(3, 9);
  }

  private static List<Integer> symbols(PredictedBlock block) {
    List<Integer> all = new ArrayList<>();
    for (byte value : block.header()) {
      all.add((int) value);
    }
    int first = all.size();
    int left = block.literals() + block.distances();
    // From the end: the lengths of the code lengths are as many as are left over.
    for (int own = 4; own <= 19; own++) {
      int covered = 0;
      int at = own;
      while (at < all.size() && covered < left) {
        int symbol = all.get(at++);
        covered +=
            switch (symbol) {
              case 16, 17 -> 3 + all.get(at++);
              case 18 -> 11 + all.get(at++);
              default -> 1;
            };
      }
      if (covered == left && at == all.size()) {
        first = own;
      }
    }
    return all.subList(first, all.size());
  }

  private static byte[] bytes(List<Integer> values) {
    byte[] bytes = new byte[values.size()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = values.get(i).byteValue();
    }
    return bytes;
  }
}
