package io.deltaport.ostree.stream;

import io.deltaport.util.Sha256;
import java.nio.charset.StandardCharsets;

/** The numbers of the format, which docs/formats/object-stream.md describes. */
final class ObjectStreamFormat {
  static final byte[] MAGIC = "dpobjs1\n".getBytes(StandardCharsets.US_ASCII);

  /** Type, checksum, length. */
  static final int HEADER_BYTES = 1 + Sha256.LENGTH_BYTES + Long.BYTES;

  /** In place of a type: the stream ends here. */
  static final int END = 0;

  /** Type and count of objects. */
  static final int END_BYTES = 1 + Long.BYTES;

  /** Window of the compression: 8 MiB, so that a reader's memory is bounded. */
  static final int WINDOW_LOG_MAX = 23;

  /** Objects are compressed again where they are kept; here only the network matters. */
  static final int LEVEL = 3;

  private ObjectStreamFormat() {}
}
