package io.deltaport.deflate.golang;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.PriorityQueue;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class PackageMergeTest {
  private final PackageMerge codes = new PackageMerge();

  @Test
  void oneOrTwoSymbolsHaveOneBit() {
    assertThat(lengths(new int[] {0, 0, 7, 0}, 15)).containsExactly(0, 0, 1, 0);
    assertThat(lengths(new int[] {0, 900, 1, 0}, 15)).containsExactly(0, 1, 1, 0);
    assertThat(lengths(new int[] {0, 0}, 15)).containsExactly(0, 0);
  }

  @Test
  void longCodesAreCutOff() {
    int[] doubling = new int[20];
    for (int i = 0; i < doubling.length; i++) {
      doubling[i] = 1 << i;
    }
    byte[] lengths = lengths(doubling, 7);
    assertThat(kraft(lengths)).isEqualTo(1.0);
    for (byte length : lengths) {
      assertThat(length).isBetween((byte) 1, (byte) 7);
    }
  }

  /** No code of the same symbols is shorter, as a Huffman tree tells where the limit allows one. */
  @Property(tries = 500)
  void codesAreComplete(@ForAll long seed, @ForAll @IntRange(min = 3, max = 286) int symbols) {
    Random random = new Random(seed);
    int[] frequencies = new int[symbols];
    for (int i = 0; i < symbols; i++) {
      frequencies[i] = random.nextInt(1 + (1 << random.nextInt(4)));
    }
    frequencies[0] = 1;
    frequencies[1] = 2;
    frequencies[2] = 3;
    byte[] lengths = lengths(frequencies, 15);
    assertThat(kraft(lengths)).isEqualTo(1.0);
    for (int i = 0; i < symbols; i++) {
      assertThat(lengths[i] == 0).isEqualTo(frequencies[i] == 0);
      for (int j = 0; j < symbols; j++) {
        if (frequencies[i] > frequencies[j] && frequencies[j] > 0) {
          assertThat(lengths[i]).isLessThanOrEqualTo(lengths[j]);
        }
      }
    }
    assertThat(SymbolCounts.bits(frequencies, lengths, symbols))
        .isEqualTo(huffmanBits(frequencies));
  }

  private byte[] lengths(int[] frequencies, int maxBits) {
    byte[] lengths = new byte[frequencies.length];
    codes.choose(frequencies, frequencies.length, maxBits, lengths);
    return lengths;
  }

  private static double kraft(byte[] lengths) {
    double sum = 0;
    for (byte length : lengths) {
      sum += length == 0 ? 0 : Math.scalb(1.0, -length);
    }
    return sum;
  }

  /**
   * The sum of a Huffman tree's inner weights. A code of 16 bits takes a sum of 2,584, the 18th of
   * Fibonacci's numbers, which these frequencies do not reach: the limit changes nothing.
   */
  private static int huffmanBits(int[] frequencies) {
    PriorityQueue<Integer> weights = new PriorityQueue<>();
    for (int frequency : frequencies) {
      if (frequency > 0) {
        weights.add(frequency);
      }
    }
    int bits = 0;
    while (weights.size() > 1) {
      int joined = weights.remove() + weights.remove();
      bits += joined;
      weights.add(joined);
    }
    return bits;
  }
}
