package io.deltaport.delta.tardiff;

import io.deltaport.delta.DeltaEffort;
import io.deltaport.delta.DeltaOptions;
import io.deltaport.delta.DeltaStatistics;
import io.deltaport.delta.MemoryPatches;
import io.deltaport.delta.SourceFile;
import io.deltaport.delta.TargetPart;
import io.deltaport.util.Progress;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes a tar-diff between two tars, for bench/delta and to try things: {@code OLD NEW DELTA}. What
 * it reports besides the size is how long the delta took without reading the archives' entries,
 * which a server knows already.
 */
final class TarDiffTool {
  private TarDiffTool() {}

  public static void main(String[] arguments) throws IOException {
    TarContents contents = new TarContents();
    List<SourceFile> source = contents.source(Path.of(arguments[0]));
    List<TargetPart> target = contents.target(Path.of(arguments[1]));
    DeltaEffort effort = DeltaEffort.parse(System.getProperty("effort", "default")).orElseThrow();
    DeltaOptions defaults = DeltaOptions.defaults().withEffort(effort);
    DeltaOptions options =
        defaults
            .withCompressionLevel(Integer.getInteger("level", defaults.compressionLevel()))
            .withWindowLog(Integer.getInteger("window", defaults.windowLog()))
            .withTarDiffVersion(Integer.getInteger("version", 1));
    if (Boolean.getBoolean("patches")) {
      options = options.withPatches(new MemoryPatches());
    }
    for (int round = 0; round < Integer.getInteger("rounds", 1); round++) {
      long begin = System.nanoTime();
      try (OutputStream out =
          new BufferedOutputStream(Files.newOutputStream(Path.of(arguments[2])))) {
        DeltaStatistics statistics =
            TarDiffCreator.create(source, target, contents, out, options, Progress.NONE);
        System.out.printf(
            "{\"bytes\": %d, \"seconds\": %.1f, \"literalBytes\": %d, \"newBytes\": %d, "
                + "\"changedBytes\": %d}%n",
            statistics.deltaBytes(),
            (System.nanoTime() - begin) / 1e9,
            statistics.literalBytes(),
            statistics.newBytes(),
            statistics.changedBytes());
      }
    }
  }
}
