package io.deltaport.layer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.deltaport.oci.Digest;
import io.deltaport.ostree.Checksum;
import io.deltaport.store.driver.FilesystemDriver;
import io.deltaport.store.driver.StoreLayout;
import io.deltaport.store.driver.TestDrivers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RecipeTest {
  private static final byte[] NONE = new byte[0];
  private static final Checksum OBJECT = Checksum.of(new byte[] {1});
  private static final Digest DIFF_ID = Digest.sha256(new byte[] {2});

  @TempDir Path root;
  private FilesystemDriver driver;

  @BeforeEach
  void open() throws IOException {
    driver = TestDrivers.withoutFsync(root);
  }

  @AfterEach
  void close() throws IOException {
    driver.close();
  }

  private void write() throws IOException {
    try (RecipeWriter recipe = new RecipeWriter(driver)) {
      recipe.literal("xhead".getBytes(UTF_8), 1, 4);
      recipe.literal("er".getBytes(UTF_8), 0, 2);
      recipe.content(OBJECT, 0, 1);
      recipe.content(OBJECT, 1L << 40, Long.MAX_VALUE >> 1);
      recipe.content(OBJECT, 5, 0);
      recipe.entry(entry(EntryKind.FILE, "usr/a", OBJECT, 1L << 41, ""));
      recipe.literal("padding".getBytes(UTF_8), 0, 7);
      recipe.entry(entry(EntryKind.FOLDER, "", OBJECT, 0, ""));
      recipe.entry(entry(EntryKind.HARD_LINK, "b", null, 0, "usr/a"));
      recipe.entry(entry(EntryKind.WHITEOUT, "c", null, 0, ""));
      recipe.publish(DIFF_ID);
    }
  }

  private static RecipeRecord.Entry entry(
      EntryKind kind, String path, Checksum object, long length, String target) {
    return new RecipeRecord.Entry(
        kind, path.getBytes(UTF_8), object, length, target.getBytes(UTF_8));
  }

  private List<RecipeRecord> read() throws IOException {
    List<RecipeRecord> records = new ArrayList<>();
    try (RecipeReader recipe = RecipeReader.open(driver, DIFF_ID)) {
      for (RecipeRecord next = recipe.next(); next != null; next = recipe.next()) {
        records.add(next);
      }
      assertThat(recipe.next()).isNull();
    }
    return records;
  }

  @Test
  void recordsComeBackInOrder() throws IOException {
    write();
    try (RecipeReader recipe = RecipeReader.open(driver, DIFF_ID)) {
      assertThat(recipe.info()).isEqualTo(new RecipeInfo(DIFF_ID, 14 + (Long.MAX_VALUE >> 1), 4));
    }
    assertThat(read())
        .usingRecursiveFieldByFieldElementComparator()
        .containsExactly(
            new RecipeRecord.Literal("header".getBytes(UTF_8)),
            new RecipeRecord.Content(OBJECT, 0, 1),
            new RecipeRecord.Content(OBJECT, 1L << 40, Long.MAX_VALUE >> 1),
            entry(EntryKind.FILE, "usr/a", OBJECT, 1L << 41, ""),
            entry(EntryKind.FOLDER, "", OBJECT, 0, ""),
            entry(EntryKind.HARD_LINK, "b", null, 0, "usr/a"),
            entry(EntryKind.WHITEOUT, "c", null, 0, ""),
            new RecipeRecord.Literal("padding".getBytes(UTF_8)));
  }

  @Test
  void longLiteralsAreSplit() throws IOException {
    byte[] literal = LayerAbsorberTest.random(1, 200_000);
    try (RecipeWriter recipe = new RecipeWriter(driver)) {
      recipe.literal(literal, 0, literal.length);
      recipe.publish(DIFF_ID);
    }
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (RecipeRecord record : read()) {
      byte[] bytes = ((RecipeRecord.Literal) record).bytes();
      assertThat(bytes.length).isLessThanOrEqualTo(RecipeFormat.LITERAL_MAX_BYTES);
      joined.writeBytes(bytes);
    }
    assertThat(joined.toByteArray()).isEqualTo(literal);
  }

  @Test
  void anUnpublishedRecipeVanishes() throws IOException {
    try (RecipeWriter recipe = new RecipeWriter(driver)) {
      recipe.literal(new byte[1_000_000], 0, 1_000_000);
    }
    assertThatThrownBy(() -> RecipeReader.open(driver, DIFF_ID))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(root.resolve("recipes")).doesNotExist();
  }

  @Test
  void everyFlippedBitAndEveryCutIsFound() throws IOException {
    write();
    Path file = driver.path(StoreLayout.recipe(DIFF_ID)).orElseThrow();
    byte[] good = Files.readAllBytes(file);
    for (int at = 0; at < good.length; at++) {
      byte[] bad = good.clone();
      bad[at] ^= (byte) (1 << at % 8);
      Files.write(file, bad);
      assertThatThrownBy(this::read).as("byte %d", at).isInstanceOf(RecipeFormatException.class);
      Files.write(file, Arrays.copyOf(good, at));
      assertThatThrownBy(this::read).as("cut %d", at).isInstanceOf(RecipeFormatException.class);
    }
    Files.write(file, Arrays.copyOf(good, good.length + 1));
    assertThatThrownBy(this::read).isInstanceOf(RecipeFormatException.class);
    Files.write(file, good);
    assertThat(read()).hasSize(8);
  }

  @Test
  void randomRecordsGiveNothingElse() throws IOException {
    write();
    Path file = driver.path(StoreLayout.recipe(DIFF_ID)).orElseThrow();
    byte[] good = Files.readAllBytes(file);
    Random random = new Random(8);
    for (int round = 0; round < 500; round++) {
      byte[] body = new byte[random.nextInt(200)];
      for (int i = 0; i < body.length; i++) {
        body[i] = (byte) (random.nextInt(3) == 0 ? random.nextInt() : random.nextInt(8));
      }
      Files.write(file, withBody(good, body));
      assertThatThrownBy(this::read).isInstanceOf(RecipeFormatException.class);
    }
  }

  /** Returns a recipe file whose zstd frame is sound but holds {@code body}. */
  private static byte[] withBody(byte[] good, byte[] body) {
    byte[] frame = Zstd.compress(body);
    byte[] footer = Arrays.copyOfRange(good, good.length - RecipeFormat.FOOT_BYTES, good.length);
    ByteBuffer.wrap(footer).putLong(0, frame.length);
    return GunzipInputStreamTest.concat(
        Arrays.copyOf(good, RecipeFormat.HEAD_BYTES), frame, footer);
  }

  @Test
  void pathsAreCheckedWhenRead() throws IOException {
    for (String path : List.of("/a", "a/", "a//b", ".", "..", "a/../b", "a\0")) {
      try (RecipeWriter recipe = new RecipeWriter(driver)) {
        recipe.entry(entry(EntryKind.SYMLINK, path, OBJECT, 0, ""));
        recipe.publish(DIFF_ID);
      }
      assertThatThrownBy(this::read)
          .as(path)
          .isInstanceOf(RecipeFormatException.class)
          .hasMessageContaining("not normal");
      driver.delete(StoreLayout.recipe(DIFF_ID));
    }
    assertThat(TarPath.isNormal(NONE)).isTrue();
  }
}
