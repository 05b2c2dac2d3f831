package io.deltaport.delta;

import io.deltaport.ostree.Checksum;

/**
 * A regular file of the flattened old image that a device can read while it applies a delta.
 *
 * @param path where the device finds it, without a leading slash
 * @param object the content object; the same object in the new image means the same file
 * @param length bytes of content
 */
public record SourceFile(String path, Checksum object, long length) {

  public SourceFile {
    if (length < 0) {
      throw new IllegalArgumentException("a file cannot have " + length + " bytes");
    }
  }
}
