package io.deltaport.delta.tardiff;

import io.deltaport.delta.RandomAccessContent;
import java.io.IOException;

/** Opens the files of the old image while a tar-diff is applied. */
@FunctionalInterface
public interface SourceOpener {
  /**
   * Opens a regular file; the applier closes it.
   *
   * @param path relative, without empty, {@code .} or {@code ..} segments
   * @throws java.nio.file.NoSuchFileException if the old image has no such regular file
   */
  RandomAccessContent open(String path) throws IOException;
}
