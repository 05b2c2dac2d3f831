package io.deltaport.deflate;

import java.util.List;

/**
 * Tells how a compressor cuts its symbols into blocks and which codes it makes for them.
 * Deterministic; not thread-safe, so that it may keep its tables.
 */
public interface BlockModel {
  /**
   * Predicts the blocks of one segment, which begins with a block.
   *
   * <p>The empty blocks that end a flush or a stream are not among them.
   *
   * @param data as the parser got it
   * @param flushed whether the compressor's input ended or was flushed at {@code end}; otherwise a
   *     block may be predicted to end there that goes on
   * @param matches of the compressor in {@code [start, end)}: where a block is stored in the end,
   *     those that it found nevertheless
   * @param blocks gets the blocks
   */
  void predict(
      byte[] data,
      int start,
      int end,
      boolean flushed,
      Matches matches,
      List<PredictedBlock> blocks);
}
