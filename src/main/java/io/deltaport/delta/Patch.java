package io.deltaport.delta;

import java.io.IOException;

/**
 * One stretch of the target and how it is made from an old file.
 *
 * <p>The array is shared, not copied: nobody changes it.
 *
 * @param source the old file
 * @param sourceBase where in the old file the script's source offsets begin: 0 unless the file is
 *     so large that only a part of it was compared
 * @param script how the stretch is made; one literal where the old file is of no use
 * @param data what must be known besides the old file, in the order of the script: for an addition
 *     the differences, target minus source, for a literal its bytes
 */
public record Patch(SourceFile source, long sourceBase, EditScript script, byte[] data) {
  /** Returns the patch with which {@code target} is made from what was compared with it. */
  static Patch of(
      SourceFile source, long sourceBase, byte[] sourceBytes, byte[] target, EditScript script) {
    if (!script.isWorthwhile()) {
      return new Patch(source, sourceBase, EditScript.literal(target.length), target);
    }
    Data data = new Data(sourceBytes, target, new byte[Math.toIntExact(script.dataBytes())]);
    try {
      script.forEach(data);
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
    return new Patch(source, sourceBase, script, data.bytes);
  }

  /** Returns whether the old file is of no use. */
  boolean isLiteral() {
    return script.matchedBytes() == 0;
  }

  private static final class Data implements EditSink {
    private final byte[] source;
    private final byte[] target;
    private final byte[] bytes;
    private int used;

    Data(byte[] source, byte[] target, byte[] bytes) {
      this.source = source;
      this.target = target;
      this.bytes = bytes;
    }

    @Override
    public void copy(long sourceOffset, long targetOffset, long length) {}

    @Override
    public void add(long sourceOffset, long targetOffset, long length) {
      int s = (int) sourceOffset;
      int t = (int) targetOffset;
      for (int i = 0; i < length; i++) {
        bytes[used + i] = (byte) (target[t + i] - source[s + i]);
      }
      used += (int) length;
    }

    @Override
    public void literal(long targetOffset, long length) {
      System.arraycopy(target, (int) targetOffset, bytes, used, (int) length);
      used += (int) length;
    }
  }
}
