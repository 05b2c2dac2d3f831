package io.deltaport.deflate.gzip;

import io.deltaport.deflate.BitOutput;
import io.deltaport.deflate.Symbols;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;

/** Gzip files that no compressor makes: any tokens in any blocks, as long as they are valid. */
final class RandomStreams {
  private static final int[] LENGTH_ORDER = {
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15
  };

  private final Random random;
  private final BitOutput bits = new BitOutput(1024);
  private byte[] data = new byte[4096];
  private int length;

  /** A file and what it stands for. */
  record Sample(byte[] file, byte[] expanded) {}

  private RandomStreams(long seed) {
    this.random = new Random(seed);
  }

  static Sample make(long seed, int blocks) {
    return new RandomStreams(seed).make(blocks);
  }

  private Sample make(int blocks) {
    for (int i = 0; i < blocks; i++) {
      boolean last = i == blocks - 1;
      bits.put(last ? 1 : 0, 1);
      switch (random.nextInt(4)) {
        case 0 -> stored();
        case 1 -> {
          bits.put(1, 2);
          tokens(false);
        }
        default -> {
          bits.put(2, 2);
          dynamicHeader();
          tokens(true);
        }
      }
    }
    bits.put(random.nextInt(128) & (1 << bits.bitsToByte()) - 1, bits.bitsToByte());
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3});
    file.writeBytes(bits.toByteArray());
    byte[] expanded = Arrays.copyOf(data, length);
    Samples.trailer(expanded, file);
    return new Sample(file.toByteArray(), expanded);
  }

  private void stored() {
    bits.put(0, 2);
    int padding = bits.bitsToByte();
    bits.put(random.nextInt(128) & (1 << padding) - 1, padding);
    byte[] bytes = new byte[random.nextInt(4) == 0 ? 0 : random.nextInt(3000)];
    random.nextBytes(bytes);
    bits.put(bytes.length, 16);
    bits.put(~bytes.length & 0xffff, 16);
    bits.put(bytes, 0, bytes.length);
    for (byte next : bytes) {
      add(next);
    }
  }

  private void add(byte next) {
    if (length == data.length) {
      data = Arrays.copyOf(data, 2 * length);
    }
    data[length++] = next;
  }

  /** All literals and lengths have 9 bits but some with 8; distances have 5 bits but two with 4. */
  private void dynamicHeader() {
    bits.put(Symbols.LITERALS - 257, 5);
    bits.put(Symbols.DISTANCES - 1, 5);
    bits.put(19 - 4, 4);
    // Codes for the lengths 4, 5, 8 and 9, two bits each.
    for (int symbol : LENGTH_ORDER) {
      boolean used = symbol == 4 || symbol == 5 || symbol == 8 || symbol == 9;
      bits.put(used ? 2 : 0, 3);
    }
    for (int i = 0; i < Symbols.LITERALS; i++) {
      bits.put(isShort(i) ? 1 : 3, 2); // reversed codes 2 and 3
    }
    for (int i = 0; i < Symbols.DISTANCES; i++) {
      bits.put(i < 2 ? 0 : 2, 2); // reversed codes 0 and 1
    }
  }

  private static boolean isShort(int literal) {
    return literal < SHORT;
  }

  // 2^9 = 2 * short + 1 * long, with short + long = 286.
  private static final int SHORT = 512 - Symbols.LITERALS;

  private void tokens(boolean dynamic) {
    for (int i = random.nextInt(2000); i > 0; i--) {
      if (length == 0 || random.nextInt(3) > 0) {
        int literal = random.nextInt(random.nextBoolean() ? 256 : 4);
        literal(literal, dynamic);
        add((byte) literal);
      } else {
        match(dynamic);
      }
    }
    literal(Symbols.END_OF_BLOCK, dynamic);
  }

  private void match(boolean dynamic) {
    int count = Symbols.MATCH_MIN + random.nextInt(random.nextBoolean() ? 256 : 8);
    int reach = Math.min(length, Symbols.DISTANCE_MAX);
    int distance = 1 + random.nextInt(random.nextBoolean() ? reach : Math.min(reach, 16));
    for (int i = 0; i < count; i++) {
      add(data[length - distance]);
    }
    int index = Symbols.lengthIndex(count);
    literal(Symbols.FIRST_LENGTH + index, dynamic);
    int extra = index < 8 || index == 28 ? 0 : index / 4 - 1;
    int base = index < 8 ? 3 + index : index == 28 ? 258 : ((4 + index % 4) << extra) + 3;
    bits.put(count - base, extra);
    int symbol = Symbols.distanceSymbol(distance);
    if (!dynamic) {
      bits.put(reversed(symbol, 5), 5);
    } else if (symbol < 2) {
      bits.put(reversed(symbol, 4), 4);
    } else {
      bits.put(reversed(4 + symbol - 2, 5), 5);
    }
    int distanceExtra = symbol < 4 ? 0 : symbol / 2 - 1;
    int distanceBase = symbol < 4 ? 1 + symbol : ((2 + symbol % 2) << distanceExtra) + 1;
    bits.put(distance - distanceBase, distanceExtra);
  }

  private void literal(int symbol, boolean dynamic) {
    if (dynamic) {
      int code = isShort(symbol) ? symbol : 2 * SHORT + symbol - SHORT;
      int length = isShort(symbol) ? 8 : 9;
      bits.put(reversed(code, length), length);
    } else if (symbol < 144) {
      bits.put(reversed(0x30 + symbol, 8), 8);
    } else if (symbol < 256) {
      bits.put(reversed(0x190 + symbol - 144, 9), 9);
    } else if (symbol < 280) {
      bits.put(reversed(symbol - 256, 7), 7);
    } else {
      bits.put(reversed(0xc0 + symbol - 280, 8), 8);
    }
  }

  private static int reversed(int code, int length) {
    return Integer.reverse(code) >>> (Integer.SIZE - length);
  }
}
