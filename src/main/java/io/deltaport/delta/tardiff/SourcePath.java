package io.deltaport.delta.tardiff;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Refuses paths that could lead out of the old image. */
final class SourcePath {
  private SourcePath() {}

  /** Returns the path that a tar-diff opens, if it is plain and relative. */
  static String check(byte[] path, OperationReader in) throws TarDiffException {
    String name;
    try {
      name = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(path)).toString();
    } catch (CharacterCodingException e) {
      throw new TarDiffException(in.operationOffset(), "opens a path that is not UTF-8", e);
    }
    for (String segment : name.split("/", -1)) {
      if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
        throw in.malformed("opens a path that is not plain and relative");
      }
    }
    if (name.indexOf('\0') >= 0) {
      throw in.malformed("opens a path with a NUL");
    }
    return name;
  }
}
