package io.deltaport.deflate;

/** How a compressor chooses the lengths of Huffman codes. Not thread-safe. */
public interface CodeLengths {
  /**
   * Chooses lengths.
   *
   * @param frequencies of each symbol
   * @param symbols how many of them count
   * @param maxBits no code may be longer
   * @param lengths gets a length for each symbol, 0 for one that does not occur
   */
  void choose(int[] frequencies, int symbols, int maxBits, byte[] lengths);
}
