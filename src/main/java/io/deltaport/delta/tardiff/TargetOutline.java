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
  private static final int FRAME_CHUNK_BYTES = 16 << 10;

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
    if (kind == TarDiffFormat.COPY || kind == TarDiffFormat.ZSTD_DICTIONARY) {
      copied += kind == TarDiffFormat.COPY ? count : 0;
      added += kind == TarDiffFormat.COPY ? 0 : count;
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
      case TarDiffFormat.ZSTD_DICTIONARY -> {
        kind = next;
        left = skipFrame(number);
      }
      default -> throw in.malformed("unknown operation " + next);
    }
    return true;
  }

  /** Reads a frame that cannot be decompressed here, and returns how many bytes it makes. */
  private long skipFrame(long length) throws IOException {
    byte[] chunk = new byte[FRAME_CHUNK_BYTES];
    int first = (int) Math.min(length, chunk.length);
    in.readFully(chunk, 0, first);
    long made = Zstd.getFrameContentSize(chunk, 0, first);
    if (made < 0) {
      throw in.malformed("a frame that does not say how much it makes");
    }
    remember(chunk, 0, first);
    for (long left = length - first; left > 0; ) {
      int count = (int) Math.min(left, chunk.length);
      in.readFully(chunk, 0, count);
      remember(chunk, 0, count);
      left -= count;
    }
    return made;
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
