package io.deltaport.deflate.gzip;

import io.deltaport.deflate.DeflateFormatException;
import io.deltaport.deflate.Model;
import io.deltaport.deflate.SegmentCoder;

/** The models and tables that one thread works with. Not thread-safe; made once, used often. */
final class Workshop {
  final SegmentCoder coder = new SegmentCoder();
  private final Model[] models = new Model[256];

  Model model(int id) throws DeflateFormatException {
    if (models[id] == null) {
      Compressor compressor = Compressors.byId(id);
      if (compressor == null) {
        throw new DeflateFormatException("there is no compressor " + id);
      }
      models[id] = compressor.models().get();
    }
    return models[id];
  }
}
