package io.deltaport.deflate.gzip;

import io.deltaport.deflate.gzip.GzipDescriber.Description;
import io.deltaport.util.ByteSource;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * Prints how gzip files are described and made again: {@code bench/blobs} runs it. Arguments: a
 * folder for temporary files, how often (the last time is printed), and {@code NAME=FILE}s.
 */
final class GzipFigures {
  private static final int BUFFER_BYTES = 128 << 10;
  private static final double MEGA = 1e6;
  private static final double NANOS = 1e9;

  private final Path payload;
  private final Path tar;
  private final int rounds;

  private GzipFigures(Path work, int rounds) {
    this.payload = work.resolve("payload");
    this.tar = work.resolve("tar");
    this.rounds = rounds;
  }

  public static void main(String... arguments) throws IOException {
    GzipFigures figures = new GzipFigures(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
    System.out.println(
        "| blob | bytes | compressor found | description | describes, MB/s of tar"
            + " | makes, MB/s of gzip | first byte |");
    System.out.println("|---|---|---|---|---|---|---|");
    for (String argument : Arrays.asList(arguments).subList(2, arguments.length)) {
      int at = argument.indexOf('=');
      System.out.println(
          "| " + argument.substring(0, at) + figures.row(Path.of(argument.substring(at + 1))));
    }
  }

  private String row(Path blob) throws IOException {
    long bytes = Files.size(blob);
    try (InputStream in = new GZIPInputStream(Files.newInputStream(blob), BUFFER_BYTES);
        OutputStream out = Files.newOutputStream(tar)) {
      in.transferTo(out);
    } catch (java.util.zip.ZipException e) {
      return " | %,d | no gzip file: it stays raw | | | | |".formatted(bytes);
    }
    String row = "";
    for (int round = 0; round < rounds; round++) {
      row = measure(blob, bytes);
    }
    return row;
  }

  private String measure(Path blob, long bytes) throws IOException {
    long start = System.nanoTime();
    Optional<Description> found;
    try (InputStream in = Files.newInputStream(blob);
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(payload))) {
      found = GzipDescriber.describe(in, out);
    }
    double describing = (System.nanoTime() - start) / NANOS;
    if (found.isEmpty()) {
      return " | %,d | none: it stays raw | | | | |".formatted(bytes);
    }
    Description about = found.get();
    start = System.nanoTime();
    double first = 0;
    byte[] made = new byte[BUFFER_BYTES];
    byte[] pushed = new byte[BUFFER_BYTES];
    try (InputStream again = GzipRebuilder.of(source(payload), source(tar)).open(0);
        InputStream original = Files.newInputStream(blob)) {
      int count;
      do {
        count = again.readNBytes(made, 0, made.length);
        first = first == 0 ? System.nanoTime() - start : first;
        int expected = original.readNBytes(pushed, 0, pushed.length);
        if (Arrays.mismatch(made, 0, count, pushed, 0, expected) >= 0) {
          throw new AssertionError(blob + " came back otherwise");
        }
      } while (count > 0);
    }
    double making = (System.nanoTime() - start) / NANOS;
    return " | %,d | %s | %.4f %% | %.1f | %.1f | %.0f ms |"
        .formatted(
            bytes,
            String.join(", ", about.compressors()),
            100.0 * about.payloadLength() / bytes,
            about.expandedLength() / MEGA / describing,
            bytes / MEGA / making,
            first / MEGA);
  }

  private static ByteSource source(Path file) throws IOException {
    long length = Files.size(file);
    return ByteSource.of(
        length,
        offset -> {
          InputStream in = Files.newInputStream(file);
          in.skipNBytes(offset);
          return new BufferedInputStream(in, BUFFER_BYTES);
        });
  }
}
