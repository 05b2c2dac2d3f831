package io.deltaport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.deltaport.delta.DeltaEffort;
import io.deltaport.delta.DeltaOptions;
import io.deltaport.delta.TestBytes;
import io.deltaport.delta.ocidelta.Annotations;
import io.deltaport.delta.ocidelta.DeltaArtifact;
import io.deltaport.delta.plain.CompressedKind;
import io.deltaport.delta.plain.PlainReport;
import io.deltaport.delta.plain.PlainReport.Group;
import io.deltaport.oci.OciParser;
import io.deltaport.util.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZ;
import org.tukaani.xz.XZOutputStream;
import picocli.CommandLine;

/** A release with compressed modules and firmware, and the next one with small changes to each. */
final class PlainInspectionTest {
  private static final int MODULES = 12;
  private static final int MODULE_BYTES = 60_000;

  @TempDir Path folder;

  private String source;
  private String target;

  private static byte[] xz(byte[] content) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (XZOutputStream out = new XZOutputStream(packed, new LZMA2Options(0), XZ.CHECK_CRC32)) {
      out.write(content);
    }
    return packed.toByteArray();
  }

  /** Returns bytes of four bits each: xz codes them, so that an edit changes all that follows. */
  private static byte[] content(int seed, int edits, int length) {
    byte[] bytes = TestBytes.random(seed, length);
    for (int i = 0; i < length; i++) {
      bytes[i] &= 15;
    }
    return TestBytes.edited(bytes, seed, edits);
  }

  private static Map<String, byte[]> files(String version, int edits) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    for (int i = 0; i < MODULES; i++) {
      byte[] module = content(i, edits, MODULE_BYTES);
      files.put("usr/lib/modules/" + version + "/m" + i + ".ko.xz", xz(module));
    }
    files.put("usr/lib/firmware/card.bin.zst", Zstd.compress(content(99, edits, 50_000)));
    files.put("usr/share/not-so.gz", TestBytes.random(77, 100));
    return files;
  }

  @BeforeEach
  void images() throws IOException {
    source = new TestImage().gzip(files("6.1.0-1", 0)).write(folder.resolve("old"), "v1");
    target = new TestImage().gzip(files("6.1.0-2", 3)).write(folder.resolve("new"), "v2");
  }

  @Test
  void measuresWhatPlainFilesWouldSave() throws IOException {
    PlainReport report =
        LocalDeltas.measurePlain(
            ImageReference.local(source), ImageReference.local(target), Progress.NONE);

    long packed = report.groups().stream().mapToLong(Group::packedBytes).sum();
    long plain = report.groups().stream().mapToLong(Group::plainBytes).sum();
    assertThat(plain).isGreaterThan(packed * 3 / 2).isGreaterThan(MODULES * MODULE_BYTES * 9L / 10);
    assertThat(report.delta().now()).isGreaterThan(packed / 2);
    assertThat(report.delta().plain()).isLessThan(packed / 10);
    assertThat(report.groups())
        .extracting(Group::kind)
        .containsExactly(CompressedKind.MODULES, CompressedKind.FIRMWARE);
    assertThat(report.groups()).extracting(Group::files).containsExactly(MODULES, 1);
    assertThat(report.disk().now()).isEqualTo(packed + 100);
    assertThat(report.disk().plain()).isEqualTo(plain + 100);
    assertThat(report.pull().plain())
        .isBetween(report.pull().now() * 3 / 4, report.pull().now() * 3 / 2);
    try (var left = Files.list(folder)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("old", "new");
    }
  }

  @Test
  void theDeltaItselfSaysHowMuchOfItIsCompressed() throws IOException {
    DeltaArtifact delta =
        LocalDeltas.create(
            ImageReference.local(source),
            ImageReference.local(target),
            folder.resolve("update.delta"),
            DeltaOptions.defaults().withEffort(DeltaEffort.FAST),
            Progress.NONE);
    String bytes =
        OciParser.manifest(delta.manifest(), null).annotations().get(Annotations.COMPRESSED_BYTES);
    assertThat(Long.parseLong(bytes)).isBetween(delta.sizeBytes() / 2, delta.sizeBytes());
  }

  @Test
  void theToolNamesWhatToDo() {
    StringWriter out = new StringWriter();
    int status =
        new CommandLine(new DeltaCommand())
            .setOut(new PrintWriter(out))
            .execute("inspect", "--plain", source, target);
    assertThat(status).isZero();
    assertThat(out.toString())
        .contains("NOW", "PLAIN", "delta", "files on disk")
        .contains("12 kernel modules", "CONFIG_MODULE_COMPRESS_ALL", "depmod")
        .contains("1 firmware files", "install-xz");
    StringWriter json = new StringWriter();
    new CommandLine(new DeltaCommand())
        .setOut(new PrintWriter(json))
        .execute("inspect", "--json", "--plain", source, target);
    assertThat(json.toString()).contains("\"kind\" : \"modules\"", "\"plain\" : ");
  }

  @Test
  void onePlaceIsNoPair() {
    CommandLine tool =
        new CommandLine(new DeltaCommand()).setErr(new PrintWriter(new StringWriter()));
    assertThat(tool.execute("inspect", "--plain", source)).isEqualTo(2);
    assertThat(tool.execute("inspect", source, target)).isEqualTo(2);
  }
}
