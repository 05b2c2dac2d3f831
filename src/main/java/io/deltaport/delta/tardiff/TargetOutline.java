package io.deltaport.delta.tardiff;

import com.github.luben.zstd.Zstd;
import io.deltaport.delta.tardiff.TarDiffInspection.Parts;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The target of a tar-diff as far as it is known without the old image: literals are what they are,
 * bytes from old files are zeros. Knows what it has cost so far. Not thread-safe.
 */
final class TargetOutline extends InputStream {
  private static final int COST_LEVEL = 3;
  private static final int PAYLOAD_BYTES = 1 << 20;

  private final OperationReader in;
  private final byte[] payload = new byte[PAYLOAD_BYTES];
  private final byte[] single = new byte[1];
  private final Map<String, Long> bytesBySource = new HashMap<>();
  private int payloadLength;
  private long cost;
  private int kind = TarDiffFormat.COPY;
  private long left;
  private String source = "";
  private long copied;
  private long added;
  private long literal;
  private long operations;

  TargetOutline(OperationReader in) {
    this.in = in;
  }

  Parts parts() {
    return new Parts(copied, added, literal, operations);
  }

  /** Returns what was needed since the last call, compressed by itself. */
  long takeCost() {
    flushPayload();
    long taken = cost;
    cost = 0;
    return taken;
  }

  /** Returns the old file that most bytes since the last call came from, empty if none did. */
  String takeMainSource() {
    String main =
        bytesBySource.entrySet().stream()
            .max(Map.Entry.comparingByValue())
            .map(Map.Entry::getKey)
            .orElse("");
    bytesBySource.clear();
    return main;
  }

  @Override
  public int read() throws IOException {
    return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (left == 0) {
      if (!nextOperation()) {
        return -1;
      }
    }
    int count = (int) Math.min(left, length);
    if (kind == TarDiffFormat.COPY) {
      copied += count;
      Arrays.fill(bytes, offset, offset + count, (byte) 0);
    } else {
      in.readFully(bytes, offset, count);
      remember(bytes, offset, count);
    }
    if (kind == TarDiffFormat.ADD) {
      added += count;
      Arrays.fill(bytes, offset, offset + count, (byte) 0);
    } else if (kind == TarDiffFormat.DATA) {
      literal += count;
    }
    if (kind != TarDiffFormat.DATA) {
      bytesBySource.merge(source, (long) count, Long::sum);
    }
    left -= count;
    return count;
  }

  private boolean nextOperation() throws IOException {
    int next = in.kind();
    if (next == OperationReader.END) {
      return false;
    }
    long number = in.number();
    operations++;
    switch (next) {
      case TarDiffFormat.DATA, TarDiffFormat.COPY, TarDiffFormat.ADD -> {
        kind = next;
        left = number;
      }
      case TarDiffFormat.OPEN -> source = path(number);
      case TarDiffFormat.SEEK -> {
        // Where in the old file does not matter here.
      }
      case TarDiffFormat.ZSTD_DICTIONARY ->
          throw in.malformed("what an operation of version 2 makes only the old image tells");
      default -> throw in.malformed("unknown operation " + next);
    }
    return true;
  }

  private String path(long length) throws IOException {
    if (length > TarDiffFormat.PATH_MAX_BYTES) {
      throw in.malformed("a path of " + length + " bytes");
    }
    byte[] path = new byte[(int) length];
    in.readFully(path, 0, path.length);
    return SourcePath.check(path, in);
  }

  private void remember(byte[] bytes, int offset, int count) {
    for (int done = 0; done < count; ) {
      if (payloadLength == PAYLOAD_BYTES) {
        flushPayload();
      }
      int part = Math.min(count - done, PAYLOAD_BYTES - payloadLength);
      System.arraycopy(bytes, offset + done, payload, payloadLength, part);
      payloadLength += part;
      done += part;
    }
  }

  private void flushPayload() {
    if (payloadLength > 0) {
      cost += Zstd.compress(Arrays.copyOf(payload, payloadLength), COST_LEVEL).length;
      payloadLength = 0;
    }
  }
}
