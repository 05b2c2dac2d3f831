package io.deltaport.layer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.oci.Digest;
import io.deltaport.ostree.Checksum;
import io.deltaport.store.driver.FilesystemDriver;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.store.driver.TestDrivers;
import io.deltaport.util.Hex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A recipe as version 1 wrote it: every later version reads it. */
final class RecipeVersion1Test {
  static final Digest DIFF_ID = Digest.sha256("headercontentpad".getBytes(UTF_8));

  static final String RECIPE =
      """
      445052454349500a 00000001 00000000
      28b52ffd00586c0100240201066865616465720200ff00070300057573722f61
      00ff070305016201037061640003004e0d05884904 4801 0000
      0000000000000039 0000000000000010 0000000000000002
      49b4d8b32cd514e08e11c065cc3b902b412a61c986e3f66a282f3fe6565444d5
      44505243454e440a
      4b9792f50e583ba9f680bfd019a806faccfeec7e8a0ae3762ed891a6bae30ca9
      """;

  @TempDir Path root;

  @Test
  void isRead() throws IOException {
    byte[] none = new byte[0];
    Checksum object = Checksum.parse("00".repeat(31) + "ff");
    List<RecipeRecord> records = new ArrayList<>();
    try (FilesystemDriver driver = TestDrivers.withoutFsync(root)) {
      Path file = driver.path(StoreLayout.recipe(DIFF_ID)).orElseThrow();
      Files.createDirectories(file.getParent());
      Files.write(file, Hex.decode(RECIPE.replaceAll("\\s", "")));
      try (RecipeReader recipe = RecipeReader.open(driver, DIFF_ID)) {
        for (RecipeRecord next = recipe.next(); next != null; next = recipe.next()) {
          records.add(next);
        }
      }
    }
    assertThat(records)
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactly(
            new RecipeRecord.Literal("header".getBytes(UTF_8)),
            new RecipeRecord.Content(object, 0, 7),
            new RecipeRecord.Entry(EntryKind.FILE, "usr/a".getBytes(UTF_8), object, 7, none),
            new RecipeRecord.Entry(
                EntryKind.HARD_LINK, "b".getBytes(UTF_8), null, 0, "usr/a".getBytes(UTF_8)),
            new RecipeRecord.Literal("pad".getBytes(UTF_8)));
  }
}
