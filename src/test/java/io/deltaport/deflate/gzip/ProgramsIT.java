package io.deltaport.deflate.gzip;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.deflate.CompressorInputs;
import io.deltaport.it.Clients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What programs make of a part of a real system comes back, and takes little to describe. */
final class ProgramsIT {
  private static final int FROM = 60 << 20;
  private static final int BYTES = 3 << 20;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "gzip, -1, 0.004",
    "gzip, -6, 0.001",
    "gzip, -9, 0.001",
    "pigz, -1, 0.01",
    "pigz, -3, 0.01",
    "pigz, -6, 0.001",
    "pigz, -9, 0.001",
    "pigz, -6 --independent, 0.04",
    "pigz, -6 --processes 1, 0.01",
    "pigz, -6 --rsyncable, 0.05"
  })
  void programsAreUnderstood(String program, String options, double share) throws Exception {
    Path tar = Files.write(folder.resolve("layer.tar"), CompressorInputs.tar(FROM, BYTES));
    byte[] file = run(program, options, tar);
    Described described = Described.of(file).orElseThrow().checked();
    assertThat(described.share()).as("%s", described.about()).isLessThan(share);
  }

  private byte[] run(String program, String options, Path tar)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(Clients.require(program).toString(), "-c"));
    command.addAll(List.of(options.split(" ")));
    command.add(tar.toString());
    Path out = folder.resolve("layer.tar.out");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.waitFor()).as("%s", command).isZero();
    return Files.readAllBytes(out);
  }
}
