package io.deltaport.layer;

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

/** Whatever lies where a recipe should be is read or refused. */
class RecipeFuzzTest {
  @TempDir static Path root;

  static Stream<byte[]> recipes() {
    return Stream.of(Hex.decode(RecipeVersion1Test.RECIPE.replaceAll("\\s", "")));
  }

  @MethodSource("recipes")
  @FuzzTest
  void aRecipeIsReadOrRefused(byte[] recipe) throws IOException {
    try (FilesystemDriver driver = TestDrivers.withoutFsync(root)) {
      Path file = driver.path(StoreLayout.recipe(RecipeVersion1Test.DIFF_ID)).orElseThrow();
      Files.createDirectories(file.getParent());
      Files.write(file, recipe);
      try (RecipeReader reader = RecipeReader.open(driver, RecipeVersion1Test.DIFF_ID)) {
        for (RecipeRecord next = reader.next(); next != null; next = reader.next()) {
          assertThat(next).isNotNull();
        }
      }
    } catch (RecipeFormatException e) {
      assertThat(e).hasMessageMatching("(?s).+");
    }
  }
}
