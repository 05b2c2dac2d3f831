package io.deltaport.store.pack;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.deltaport.store.driver.FilesystemDriver;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.store.driver.TestDrivers;
import io.deltaport.util.Hex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever lies where a pack should be is read or refused. */
class PackFuzzTest {
  @TempDir static Path root;

  static Stream<byte[]> packs() {
    return Stream.of(Hex.decode(PackVersion1Test.PACK.replaceAll("\\s", "")));
  }

  @MethodSource("packs")
  @FuzzTest
  void aPackIsReadOrRefused(byte[] pack) throws IOException {
    try (FilesystemDriver driver = TestDrivers.withoutFsync(root)) {
      Path file = driver.path(StoreLayout.pack(PackVersion1Test.ID)).orElseThrow();
      Files.createDirectories(file.getParent());
      Files.write(file, pack);
      PackReader reader = PackReader.open(driver, PackVersion1Test.ID);
      try (PackIndexReader index = reader.index()) {
        for (PackEntry next = index.next(); next != null; next = index.next()) {
          assertThat(next).isNotNull();
        }
      }
      reader.verify();
      assertThat(pack).as("what passes is the pack").isEqualTo(packs().findFirst().orElseThrow());
    } catch (PackFormatException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }
}
