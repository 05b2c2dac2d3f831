package io.deltaport.delta.staticdelta;

import io.deltaport.delta.DeltaEffort;
import io.deltaport.ostree.staticdelta.DeltaFile;
import io.deltaport.ostree.staticdelta.Superblock;
import io.deltaport.util.Progress;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Makes a static delta between two refs of an archive repository, for bench/static-delta and to try
 * things: {@code REPOSITORY FROM TO FOLDER}; {@code FROM} may be empty. In {@code FOLDER} are then
 * the superblock, the parts and the delta as one file, {@code delta}, if it needs no server.
 */
final class DeltaTool {
  private DeltaTool() {}

  public static void main(String[] arguments) throws IOException {
    ArchiveObjects objects = new ArchiveObjects(Path.of(arguments[0]));
    Optional<DeltaCommit> from =
        arguments[1].isEmpty() ? Optional.empty() : Optional.of(objects.commit(arguments[1]));
    Path folder = Files.createDirectories(Path.of(arguments[3]));
    long begin = System.nanoTime();
    StaticDelta delta =
        StaticDeltaCreator.create(
            from,
            objects.commit(arguments[2]),
            objects,
            (number, content, length) -> Files.copy(content, folder.resolve("" + number)),
            StaticDeltaOptions.defaults()
                .withPartBytes(Integer.getInteger("part", 32 << 20))
                .withFallbackMinBytes(Long.getLong("fallback", 4_000_000))
                .withEffort(
                    DeltaEffort.parse(System.getProperty("effort", "default")).orElseThrow())
                .withThreads(Integer.getInteger("threads", 2)),
            Progress.NONE);
    Files.write(folder.resolve("superblock"), delta.superblock());
    System.out.printf(
        "{\"bytes\": %d, \"superblock\": %d, \"full\": %d, \"parts\": %d, \"fallbacks\": %d, "
            + "\"fallbackBytes\": %d, \"patched\": %d, \"patchedBytes\": %d, \"seconds\": %.1f, \"peakHeap\": %d}%n",
        delta.sizeBytes(),
        delta.superblock().length,
        delta.fullBytes(),
        delta.parts(),
        delta.fallbacks(),
        delta.fallbackBytes(),
        delta.patched(),
        delta.patchedBytes(),
        (System.nanoTime() - begin) / 1e9,
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(p -> p.getType() == MemoryType.HEAP)
            .mapToLong(p -> p.getPeakUsage().getUsed())
            .sum());
    if (delta.fallbacks() == 0) {
      Superblock superblock = Superblock.decode(delta.superblock());
      try (OutputStream out =
          new BufferedOutputStream(Files.newOutputStream(folder.resolve("delta")))) {
        new DeltaFile(superblock)
            .write(number -> Files.newInputStream(folder.resolve("" + number)), out);
      }
    }
  }
}
