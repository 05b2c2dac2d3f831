package io.deltaport.delta.tardiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltaport.delta.DeltaOptions;
import io.deltaport.delta.TestBytes;
import io.deltaport.delta.tardiff.TarDiffInspection.FileCost;
import io.deltaport.util.Progress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TarDiffInspectorTest {
  @TempDir private Path folder;

  private Path tar(String name, Map<String, byte[]> files) throws IOException {
    Path tar = folder.resolve(name);
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(Files.newOutputStream(tar))) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
        entry.setSize(file.getValue().length);
        out.putArchiveEntry(entry);
        out.write(file.getValue());
        out.closeArchiveEntry();
      }
    }
    return tar;
  }

  private byte[] delta() throws IOException {
    Map<String, byte[]> old = new LinkedHashMap<>();
    old.put("usr/same", TestBytes.random(1, 9_000));
    old.put("usr/lib.so.1.2", TestBytes.random(2, 80_000));
    Map<String, byte[]> now = new LinkedHashMap<>();
    now.put("usr/same", old.get("usr/same"));
    byte[] library = old.get("usr/lib.so.1.2").clone();
    for (int i = 5; i < library.length; i += 9) {
      library[i]++;
    }
    now.put("usr/lib.so.1.3", library);
    now.put("usr/new", TestBytes.random(3, 7_000));
    now.put("usr/empty", new byte[0]);
    TarContents contents = new TarContents();
    ByteArrayOutputStream delta = new ByteArrayOutputStream();
    TarDiffCreator.create(
        contents.source(tar("old.tar", old)),
        contents.target(tar("new.tar", now)),
        contents,
        delta,
        DeltaOptions.defaults(),
        Progress.NONE);
    return delta.toByteArray();
  }

  private static TarDiffInspection inspect(byte[] delta) throws IOException {
    return TarDiffInspector.inspect(new ByteArrayInputStream(delta));
  }

  @Test
  void everyFileIsNamedWithWhereItComesFromAndWhatItCosts() throws IOException {
    byte[] delta = delta();

    TarDiffInspection inspection = inspect(delta);

    assertThat(inspection.deltaBytes()).isEqualTo(delta.length);
    assertThat(inspection.total().targetBytes()).isEqualTo(Files.size(folder.resolve("new.tar")));
    assertThat(inspection.unchangedFiles()).isEqualTo(1);
    assertThat(inspection.files())
        .extracting(FileCost::path)
        .containsExactly("usr/new", "usr/lib.so.1.3");
    FileCost library = inspection.files().getLast();
    assertThat(library.source()).isEqualTo("usr/lib.so.1.2");
    assertThat(library.parts().added()).isGreaterThan(70_000);
    assertThat(library.parts().targetBytes()).isEqualTo(80_000);
    FileCost added = inspection.files().getFirst();
    assertThat(added.source()).isEmpty();
    assertThat(added.parts().literal()).isEqualTo(7_000);
    assertThat(added.costBytes()).isBetween(6_000L, (long) delta.length);
    assertThat(inspection.files().stream().mapToLong(FileCost::costBytes).sum())
        .isLessThanOrEqualTo(delta.length);
  }

  @Test
  void framesOfVersionTwoAreToldByTheirSizes() throws IOException {
    byte[] now = TestBytes.lines(2, 3000);
    TarContents contents = new TarContents();
    ByteArrayOutputStream delta = new ByteArrayOutputStream();
    TarDiffCreator.create(
        contents.source(tar("old.tar", Map.of("data", TestBytes.lines(1, 3000)))),
        contents.target(tar("new.tar", Map.of("data", now))),
        contents,
        delta,
        DeltaOptions.defaults().withTarDiffVersion(2),
        Progress.NONE);

    TarDiffInspection inspection = inspect(delta.toByteArray());

    FileCost file = inspection.files().getFirst();
    assertThat(file.source()).isEqualTo("data");
    assertThat(file.parts().added()).as("made by a frame").isEqualTo(now.length);
    assertThat(inspection.total().targetBytes()).isEqualTo(Files.size(folder.resolve("new.tar")));
  }

  @Test
  void whatIsDamagedIsRefusedOrTold() throws IOException {
    byte[] delta = delta();
    Random random = new Random(4);
    for (int i = 0; i < 300; i++) {
      byte[] damaged = delta.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 + random.nextInt(255));
      try {
        assertThat(inspect(damaged).deltaBytes()).isLessThanOrEqualTo(delta.length);
      } catch (IOException e) {
        assertThat(e).hasMessageNotContaining("null");
      }
    }
    assertThatThrownBy(() -> inspect("tardf3\n\0".getBytes(StandardCharsets.US_ASCII)))
        .isInstanceOf(TarDiffException.class)
        .hasMessageContaining("not a tar-diff");
  }
}
