package io.deltaport.util;

import java.io.IOException;
import java.io.OutputStream;

/** Numbers of seven bits a byte, the lowest first; the top bit tells that more follow. */
public final class Varint {
  private static final int BITS = 7;
  private static final int MASK = (1 << BITS) - 1;
  private static final int MORE = 1 << BITS;

  private Varint() {}

  /** Writes a number, which is taken as unsigned. */
  public static void write(OutputStream out, long value) throws IOException {
    long rest = value;
    while (rest >>> BITS != 0) {
      out.write((int) (rest & MASK) | MORE);
      rest >>>= BITS;
    }
    out.write((int) rest);
  }
}
