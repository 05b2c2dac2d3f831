package io.deltaport.delta.tardiff;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.delta.DeltaOptions;
import io.deltaport.delta.MemoryObjects;
import io.deltaport.delta.RandomAccessContent;
import io.deltaport.delta.SourceFile;
import io.deltaport.delta.TargetPart;
import io.deltaport.delta.TestBytes;
import io.deltaport.it.Clients;
import io.deltaport.util.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exchanges tar-diffs with the Go tools {@code tar-diff} and {@code tar-patch}, both ways. */
final class TarPatchIT {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(ints = {20, 23, 25, 26, 27})
  void tarPatchTakesOurs(int windowLog) throws Exception {
    DeltaOptions options = DeltaOptions.defaults().withCompressionLevel(4).withWindowLog(windowLog);
    Path tree = Files.createDirectories(folder.resolve("old"));
    Path delta = folder.resolve("delta");
    byte[] expected = create(tree, delta, options);

    Path result = folder.resolve("result");
    run("tar-patch", delta.toString(), tree.toString(), result.toString());

    assertThat(Files.mismatch(result, Files.write(folder.resolve("expected"), expected)))
        .isEqualTo(-1);
  }

  private static byte[] create(Path tree, Path delta, DeltaOptions options) throws IOException {
    MemoryObjects objects = new MemoryObjects();
    List<SourceFile> sources = new ArrayList<>();
    List<TargetPart> target = new ArrayList<>();
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    for (int i = 0; i < 30; i++) {
      String path = "usr/lib/1." + i + "/with space\nand newline " + i;
      byte[] old = TestBytes.random(i, 300_000 + i * 40_000);
      byte[] now = i % 3 == 0 ? old : TestBytes.edited(old, i, 3 * i);
      Files.createDirectories(tree.resolve(path).getParent());
      Files.write(tree.resolve(path), old);
      sources.add(objects.source(path, old));
      target.add(new TargetPart.Literal(TestBytes.random(-i, 512)));
      expected.writeBytes(TestBytes.random(-i, 512));
      target.add(objects.target(("./" + path).getBytes(StandardCharsets.UTF_8), now));
      expected.writeBytes(now);
    }
    try (OutputStream out = Files.newOutputStream(delta)) {
      TarDiffCreator.create(sources, target, objects, out, options, Progress.NONE);
    }
    return expected.toByteArray();
  }

  @Test
  void weTakeTarDiffs() throws Exception {
    byte[] old = TestBytes.random(1, 200_000);
    Path tree = Files.createDirectories(folder.resolve("old"));
    Files.write(tree.resolve("data"), old);
    Path oldTar = tar("old.tar", old);
    Path newTar = tar("new.tar", TestBytes.edited(old, 2, 30));
    Path delta = folder.resolve("delta");
    run("tar-diff", oldTar.toString(), newTar.toString(), delta.toString());
    assertThat(Files.size(delta)).isLessThan(100_000);

    Path result = folder.resolve("result");
    try (InputStream in = Files.newInputStream(delta);
        OutputStream out = Files.newOutputStream(result)) {
      TarDiffApplier.apply(
          in,
          path -> RandomAccessContent.of(FileChannel.open(tree.resolve(path))),
          out,
          Files.size(newTar));
    }

    assertThat(Files.mismatch(result, newTar)).isEqualTo(-1);
  }

  private static void run(String program, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(Clients.require(program).toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s says: %s", program, said).isZero();
  }

  private Path tar(String name, byte[] content) throws IOException {
    Path tar = folder.resolve(name);
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(Files.newOutputStream(tar))) {
      TarArchiveEntry entry = new TarArchiveEntry("data");
      entry.setSize(content.length);
      out.putArchiveEntry(entry);
      out.write(content);
      out.closeArchiveEntry();
    }
    return tar;
  }
}
