package io.deltaport.deflate.gzip;

/**
 * Where a part of a gzip file, what it stands for and its description are.
 *
 * @param compressor number of the compressor's model, or {@link #VERBATIM}
 * @param fresh whether a deflate stream begins here, so that no match reaches before it
 * @param bit where in the file the part begins, in bits
 * @param bits its length
 * @param offset where in the expanded file it begins
 * @param length its length there
 * @param body where in the payload its description begins
 * @param bodyLength the length of the description
 */
record Entry(
    int compressor,
    boolean fresh,
    long bit,
    long bits,
    long offset,
    int length,
    long body,
    int bodyLength) {
  /** The part's bytes are the description. */
  static final int VERBATIM = 0;

  long endBit() {
    return bit + bits;
  }

  long end() {
    return offset + length;
  }
}
