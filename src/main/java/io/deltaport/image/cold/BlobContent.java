package io.deltaport.image.cold;

import java.io.InputStream;
import java.nio.file.Path;

/** Where the bytes of a blob, or of a part of it, come from. */
public sealed interface BlobContent {
  /** The whole blob lies in a file, which can be opened for some seconds at least. */
  record InFile(Path file) implements BlobContent {}

  /** The whole blob is being made; the reader is to be closed. */
  record Growing(GrowingBlob blob) implements BlobContent {}

  /**
   * The part that was asked for is made while it is read; to be closed. Its last byte comes only
   * when all are right.
   */
  record Made(InputStream in) implements BlobContent {}
}
