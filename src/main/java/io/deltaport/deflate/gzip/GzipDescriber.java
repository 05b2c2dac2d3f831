package io.deltaport.deflate.gzip;

import io.deltaport.deflate.DeflateFormatException;
import io.deltaport.deflate.DeflateInput;
import io.deltaport.deflate.Segment;
import io.deltaport.deflate.gzip.Choice.Described;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Future;

/**
 * Describes a gzip file (RFC 1952) as what it stands for and which compressor made it with which
 * corrections. Not thread-safe; takes some tens of megabytes of memory, whatever the file's length.
 *
 * <p>The payload: one description behind the other ({@link Bodies}), then the {@link Table}.
 */
public final class GzipDescriber {
  /** A description above this part of the file is not worth it. */
  private static final int WORTH = 10;

  /** Nor is a longer one than this, for files that are very short. */
  private static final int SHORT_BYTES = 512;

  /** Length of the file from which on the describer gives up early. */
  private static final long EARLY_BYTES = 8 << 20;

  private static final int TRAILER_BYTES = 8;

  private final DeflateInput in;
  private final OutputStream payload;
  private final long worth;
  private final Choice choice = new Choice();
  private final Deque<Future<Part>> parts = new ArrayDeque<>();
  private final List<Entry> entries = new ArrayList<>();
  private final Map<Integer, Integer> compressors = new TreeMap<>();
  private long bit;
  private long offset;
  private long body;

  /** A part of the file that is being described. */
  private record Part(int compressor, boolean fresh, long bits, int length, byte[] body) {}

  private GzipDescriber(InputStream file, OutputStream payload, long worth) {
    this.in = new DeflateInput(file);
    this.payload = payload;
    this.worth = worth;
  }

  /**
   * Describes a file.
   *
   * @param payload gets the description; what it got counts only when there is a result
   * @return empty when the file is no gzip file, or its description would take more than a tenth of
   *     it and than {@value #SHORT_BYTES} bytes
   * @throws IOException if the file cannot be read or the payload not be written
   */
  public static Optional<Description> describe(InputStream file, OutputStream payload)
      throws IOException {
    return describe(file, payload, WORTH);
  }

  /** Describes a file in at most one {@code worth}th of its length, or with 0 in any length. */
  static Optional<Description> describe(InputStream file, OutputStream payload, long worth)
      throws IOException {
    GzipDescriber describer = new GzipDescriber(file, payload, worth);
    try {
      return describer.describe();
    } catch (DeflateFormatException e) {
      return Optional.empty();
    } finally {
      describer.parts.forEach(part -> part.cancel(false));
    }
  }

  private Optional<Description> describe() throws IOException {
    do {
      verbatim(GzipHeader.read(in));
      if (!member()) {
        return Optional.empty();
      }
    } while (!in.atEnd());
    drain(0);
    byte[] table = Table.encode(entries);
    payload.write(table);
    long length = body + table.length;
    if (isTooMuch(length)) {
      return Optional.empty();
    }
    return Optional.of(new Description(bit / Byte.SIZE, offset, length, names()));
  }

  private boolean isTooMuch(long length) {
    return worth > 0 && length > Math.max(bit / Byte.SIZE / worth, SHORT_BYTES);
  }

  private boolean member() throws IOException {
    in.begin();
    Segment segment = in.next();
    boolean fresh = true;
    while (true) {
      Segment next = segment.last() ? null : in.next();
      if (next != null) {
        segment.lookAhead(next.data(), next.start(), next.length());
      }
      submit(segment, fresh);
      fresh = false;
      drain(Workshops.IN_FLIGHT);
      if (bit / Byte.SIZE > EARLY_BYTES && isTooMuch(body)) {
        return false;
      }
      if (next == null) {
        break;
      }
      segment = next;
    }
    byte[] trailer = new byte[TRAILER_BYTES];
    for (int i = 0; i < trailer.length; i++) {
      trailer[i] = (byte) in.read();
    }
    verbatim(trailer);
    return true;
  }

  private void submit(Segment segment, boolean fresh) {
    parts.add(
        Workshops.submit(
            workshop -> {
              Described described = choice.describe(segment, fresh, workshop);
              return new Part(
                  described.compressor(),
                  fresh,
                  segment.bits(),
                  segment.length(),
                  described.body());
            }));
  }

  private void verbatim(byte[] bytes) throws IOException {
    byte[] packed = Bodies.pack(bytes);
    long bits = (long) bytes.length * Byte.SIZE;
    parts.add(Workshops.done(new Part(Entry.VERBATIM, false, bits, 0, packed)));
    drain(Workshops.IN_FLIGHT);
  }

  /** Writes finished parts until only some are left. */
  private void drain(int left) throws IOException {
    while (parts.size() > left) {
      Part part = Workshops.await(parts.remove());
      payload.write(part.body());
      int bodyLength = part.body().length;
      entries.add(
          new Entry(
              part.compressor(),
              part.fresh(),
              bit,
              part.bits(),
              offset,
              part.length(),
              body,
              bodyLength));
      bit += part.bits();
      offset += part.length();
      body += bodyLength;
      if (part.length() > 0) {
        compressors.merge(part.compressor(), part.length(), Integer::sum);
      }
    }
  }

  private List<String> names() {
    return compressors.keySet().stream()
        .map(id -> id == Entry.VERBATIM ? "verbatim" : Compressors.byId(id).name())
        .toList();
  }

  /**
   * What is known of a file that was described.
   *
   * @param fileLength length of the gzip file in bytes
   * @param expandedLength length of what it stands for
   * @param payloadLength length of the description
   * @param compressors names of the compressors that made it
   */
  public record Description(
      long fileLength, long expandedLength, long payloadLength, List<String> compressors) {}
}
