package io.deltaport.image.remote;

import java.nio.file.Path;

/** The content of a file of a remote. */
public sealed interface RemoteFile {
  /** Returns what names the content: another one has another tag. */
  String tag();

  /** Returns the length in bytes. */
  long length();

  /** A file in memory. */
  record Bytes(String tag, byte[] content) implements RemoteFile {
    @Override
    public long length() {
      return content.length;
    }
  }

  /** The first {@code length} bytes of a local file. */
  record Stored(String tag, Path path, long length) implements RemoteFile {}
}
