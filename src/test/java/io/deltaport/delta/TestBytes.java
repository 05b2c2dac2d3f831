package io.deltaport.delta;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Content for tests that resembles real files: never all zeros, never equal by chance. */
public final class TestBytes {
  private TestBytes() {}

  public static byte[] random(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** Returns a newer form of {@code old}: pieces deleted, inserted, moved, and bytes changed. */
  public static byte[] edited(byte[] old, long seed, int edits) {
    Random random = new Random(seed);
    ByteArrayOutputStream result = new ByteArrayOutputStream();
    int at = 0;
    for (int i = 0; i < edits && at < old.length; i++) {
      int keep = Math.min(old.length - at, random.nextInt(2 * old.length / edits + 1));
      result.write(old, at, keep);
      at += keep;
      switch (random.nextInt(4)) {
        case 0 -> at = Math.min(old.length, at + random.nextInt(300));
        case 1 -> result.writeBytes(random(random.nextLong(), random.nextInt(300)));
        case 2 -> {
          int from = random.nextInt(old.length);
          result.write(old, from, Math.min(random.nextInt(500), old.length - from));
        }
        default -> at = sprinkle(old, at, random, result);
      }
    }
    result.write(old, at, old.length - at);
    return result.toByteArray();
  }

  /**
   * Returns lines of 30 bytes, the same for each seed, in another order: many short moves, which
   * zstd tells in fewer bytes than operations do.
   */
  public static byte[] lines(long seed, int count) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.add("key-%08x = value-%08x\n".formatted(i * 0x9E3779B9, i * 0x85EBCA6B));
    }
    Collections.shuffle(lines, new Random(seed));
    return String.join("", lines).getBytes(StandardCharsets.UTF_8);
  }

  private static int sprinkle(byte[] old, int from, Random random, ByteArrayOutputStream result) {
    int to = Math.min(old.length, from + random.nextInt(800));
    for (int i = from; i < to; i++) {
      result.write(random.nextInt(9) == 0 ? random.nextInt() : old[i]);
    }
    return to;
  }
}
