package io.deltaport.delta.tardiff;

import java.io.IOException;

/** A tar-diff is malformed, exceeds a limit, or does not fit the source that it is applied to. */
public final class TarDiffException extends IOException {
  private static final long serialVersionUID = 1L;

  private final long offset;

  TarDiffException(long offset, String problem) {
    this(offset, problem, null);
  }

  TarDiffException(long offset, String problem, Throwable cause) {
    super(problem + " (operation at byte " + offset + " of the decompressed tar-diff)", cause);
    this.offset = offset;
  }

  /** Returns where in the decompressed stream of operations the offending one begins. */
  public long offset() {
    return offset;
  }
}
