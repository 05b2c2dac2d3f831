package io.deltaport.deflate;

import io.deltaport.it.Trees;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Data of many kinds for compressors. */
public final class CompressorInputs {
  private static final int[] SIZES = {
    0, 1, 4, 12, 13, 16, 17, 32, 33, 100, 127, 128, 129, 1000, 32_768, 65_274, 65_535, 65_536,
    65_548, 131_070, 131_072, 200_000
  };
  private static final String[] WORDS = {
    "return ", "static ", "0x", "the ", "\n", "    ", "if (", ") {", "value", ", ", "1", "7", "a"
  };

  private CompressorInputs() {}

  /** Short inputs around the limits of windows and pieces. */
  public static Map<String, byte[]> sizes() {
    Map<String, byte[]> inputs = new LinkedHashMap<>();
    for (int size : SIZES) {
      inputs.put("text of " + size, text(size, size));
      byte[] random = new byte[size];
      new Random(size).nextBytes(random);
      inputs.put("random of " + size, random);
    }
    return inputs;
  }

  /** Inputs of some MiB. */
  public static Map<String, byte[]> kinds() {
    Map<String, byte[]> inputs = new LinkedHashMap<>();
    inputs.put("text", text(1, 1_200_000));
    inputs.put("zeroes", new byte[1_200_000]);
    inputs.put("random", random(2, 1_200_000));
    inputs.put("mixed", mixed(3, 1_500_000));
    return inputs;
  }

  /** A part of a real system's tar. */
  public static byte[] tar(long from, int size) throws IOException {
    byte[] bytes = new byte[size];
    String file = Trees.small().folder().resolve("v1.tar").toString();
    try (RandomAccessFile tar = new RandomAccessFile(file, "r")) {
      tar.seek(from);
      tar.readFully(bytes);
    }
    return bytes;
  }

  static byte[] random(long seed, int size) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  static byte[] text(long seed, int size) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    while (text.length() < size) {
      text.append(WORDS[Math.min(random.nextInt(WORDS.length), random.nextInt(WORDS.length))]);
    }
    return text.substring(0, size).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Stretches of noise, few letters, zeroes, periods, and edited copies from before. */
  public static byte[] mixed(long seed, int size) {
    Random random = new Random(seed);
    byte[] bytes = new byte[size];
    int at = 0;
    while (at < size) {
      int end = Math.min(size, at + 1 + random.nextInt(40_000));
      int kind = random.nextInt(5);
      int period = 1 + random.nextInt(400);
      int back = at == 0 ? 0 : 1 + random.nextInt(Math.min(at, 70_000));
      for (int i = at; i < end; i++) {
        bytes[i] =
            switch (kind) {
              case 0 -> (byte) random.nextInt();
              case 1 -> (byte) ('a' + random.nextInt(4));
              case 2 -> i - at < period ? (byte) random.nextInt() : bytes[i - period];
              case 3 -> random.nextInt(30) == 0 ? (byte) random.nextInt() : bytes[i - back];
              default -> 0;
            };
      }
      at = end;
    }
    return bytes;
  }
}
