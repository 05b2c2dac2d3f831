package io.deltaport.deflate;

import io.deltaport.it.Clients;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Go's compressors, as the program of {@code src/test/go/deflate-writer} runs them.
 *
 * @param program built with a version of klauspost/compress
 */
public record DeflateWriter(Path program) {
  public static final String KLAUSPOST = "klauspost";
  public static final String PGZIP = "pgzip";
  public static final String STANDARD = "standard";

  /** Pgzip's default. */
  public static final int BLOCK_BYTES = 1 << 20;

  public static DeflateWriter of(String version) {
    return new DeflateWriter(Clients.require("deflate-writer-" + version));
  }

  /**
   * Compresses.
   *
   * @param library one of the names above
   * @param block size of pgzip's blocks, and of writes to the others
   * @return a gzip stream's blocks and matches
   */
  public TokenList write(String library, int level, int block, byte[] data)
      throws IOException, InterruptedException {
    List<String> command =
        List.of(
            program.toString(), "-library", library, "-level", "" + level, "-block", "" + block);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    Thread feeder = Thread.ofVirtual().start(() -> feed(process, data));
    byte[] stream = process.getInputStream().readAllBytes();
    feeder.join();
    if (process.waitFor() != 0) {
      throw new IOException(command + " failed with " + process.exitValue());
    }
    return TokenList.ofGzip(stream);
  }

  private static void feed(Process process, byte[] data) {
    try (OutputStream in = process.getOutputStream()) {
      in.write(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
