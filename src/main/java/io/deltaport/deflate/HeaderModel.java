package io.deltaport.deflate;

/** Predicts the header that a compressor gives a dynamic block. Not thread-safe. */
public interface HeaderModel {
  /**
   * Writes the header of one block, from the counts of codes on.
   *
   * @param block which block of the segment
   * @param literals how often each literal, end of block and length symbol occurs
   * @param distances how often each distance symbol occurs
   * @param out gets the predicted bits
   */
  void predict(Segment segment, Block block, int[] literals, int[] distances, BitOutput out);
}
