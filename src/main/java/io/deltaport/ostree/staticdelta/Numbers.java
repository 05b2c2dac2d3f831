package io.deltaport.ostree.staticdelta;

import io.deltaport.ostree.GVariant.Slice;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Numbers of headers, little-endian because {@code ostree.endianness} says so. */
final class Numbers {
  private Numbers() {}

  static byte[] uint32(int value) {
    return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }

  static byte[] uint64(long value) {
    return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
  }

  static long uint64(Slice slice) {
    return Long.reverseBytes(slice.uint64());
  }

  static int uint32(Slice slice) {
    return Integer.reverseBytes(slice.uint32());
  }
}
