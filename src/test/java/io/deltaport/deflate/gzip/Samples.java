package io.deltaport.deflate.gzip;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Data that compresses in different ways, and gzip files of it. */
final class Samples {
  private Samples() {}

  /** Words, numbers, repeated records and a little noise: it compresses as files of a system do. */
  static byte[] mixed(int length, long seed) {
    Random random = new Random(seed);
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + 4096);
    while (out.size() < length) {
      switch (random.nextInt(8)) {
        case 0 -> {
          byte[] noise = new byte[random.nextInt(3000)];
          random.nextBytes(noise);
          out.writeBytes(noise);
        }
        case 1 -> out.writeBytes(new byte[random.nextInt(5000)]);
        case 2, 3 -> {
          byte[] before = out.toByteArray();
          int start = Math.max(0, before.length - 1 - random.nextInt(40_000));
          int count = Math.min(before.length - start, random.nextInt(2000));
          out.write(before, start, count);
        }
        default -> {
          for (int i = random.nextInt(400); i > 0; i--) {
            int word = (int) Math.abs(random.nextGaussian() * 300);
            out.writeBytes(
                ("w" + Integer.toString(word * 7919, 36) + " ")
                    .getBytes(StandardCharsets.US_ASCII));
          }
        }
      }
    }
    return Arrays.copyOf(out.toByteArray(), length);
  }

  /** One gzip member by zlib, flushed behind every {@code flushEvery} bytes if that is not 0. */
  static byte[] zlib(byte[] data, int level, int strategy, int flushEvery) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(new byte[] {0x1f, (byte) 0x8b, 8, 8, 1, 2, 3, 4, 0, 3, 'n', 'a', 'm', 'e', 0});
    Deflater deflater = new Deflater(level, true);
    deflater.setStrategy(strategy);
    byte[] buffer = new byte[8192];
    int step = flushEvery == 0 ? data.length : flushEvery;
    for (int at = 0; at < data.length; at += step) {
      int count = Math.min(step, data.length - at);
      deflater.setInput(data, at, count);
      int got;
      do {
        got =
            deflater.deflate(
                buffer,
                0,
                buffer.length,
                flushEvery == 0 ? Deflater.NO_FLUSH : Deflater.SYNC_FLUSH);
        out.write(buffer, 0, got);
      } while (got > 0);
    }
    deflater.finish();
    while (!deflater.finished()) {
      out.write(buffer, 0, deflater.deflate(buffer));
    }
    deflater.end();
    trailer(data, out);
    return out.toByteArray();
  }

  /** Appends what stands behind a member's deflate stream. */
  static void trailer(byte[] data, ByteArrayOutputStream out) {
    CRC32 crc = new CRC32();
    crc.update(data);
    for (int value : new int[] {(int) crc.getValue(), data.length}) {
      for (int i = 0; i < Integer.BYTES; i++) {
        out.write(value >>> (i * Byte.SIZE));
      }
    }
  }
}
