package io.deltaport.deflate;

import java.util.Arrays;

/**
 * A block that a compressor is expected to write.
 *
 * @param type 0 stored, 1 with fixed codes, 2 with codes of its own
 * @param start its first byte in the data
 * @param end the byte behind its last one
 * @param header of a block with codes of its own, behind the 14 bits with its three counts: the
 *     lengths of the code lengths' codes in the order of RFC 1951, then the symbols of the code
 *     lengths, each of 16 to 18 with the value of its extra bits behind it
 * @param literals how many lengths of codes of literals and lengths the header has
 * @param distances how many lengths of codes of distances it has
 * @param codeLengths how many lengths of code lengths' codes stand first in the header; the header
 *     implies it, and it does not count when blocks are compared
 */
public record PredictedBlock(
    int type, int start, int end, byte[] header, int literals, int distances, int codeLengths) {
  public static final int STORED = 0;
  public static final int FIXED = 1;
  public static final int DYNAMIC = 2;

  private static final byte[] NO_HEADER = {};

  public static PredictedBlock stored(int start, int end) {
    return new PredictedBlock(STORED, start, end, NO_HEADER, 0, 0, 0);
  }

  public static PredictedBlock fixed(int start, int end) {
    return new PredictedBlock(FIXED, start, end, NO_HEADER, 0, 0, 0);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PredictedBlock block
        && type == block.type
        && start == block.start
        && end == block.end
        && literals == block.literals
        && distances == block.distances
        && Arrays.equals(header, block.header);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * start + end) + Arrays.hashCode(header);
  }

  @Override
  public String toString() {
    return "block of type %d from %d to %d, %d literals, %d distances, header %s"
        .formatted(type, start, end, literals, distances, Arrays.toString(header));
  }
}
