package io.deltaport.delta;

/**
 * What became of the new layer's bytes. All figures are sums over the layer.
 *
 * @param unchangedFiles contents that the old image has as they are, copied
 * @param unchangedBytes their bytes
 * @param changedFiles contents written as differences from an old file
 * @param changedBytes their bytes
 * @param newFiles contents for which no old file was of use
 * @param newBytes their bytes
 * @param literalBytes bytes outside of files: headers, padding, end blocks
 * @param targetBytes bytes of the whole layer, the sum of the others
 * @param deltaBytes bytes of the finished delta
 */
public record DeltaStatistics(
    long unchangedFiles,
    long unchangedBytes,
    long changedFiles,
    long changedBytes,
    long newFiles,
    long newBytes,
    long literalBytes,
    long targetBytes,
    long deltaBytes) {

  /** Returns these figures with the size of the finished delta. */
  public DeltaStatistics withDeltaBytes(long bytes) {
    return new DeltaStatistics(
        unchangedFiles,
        unchangedBytes,
        changedFiles,
        changedBytes,
        newFiles,
        newBytes,
        literalBytes,
        targetBytes,
        bytes);
  }
}
