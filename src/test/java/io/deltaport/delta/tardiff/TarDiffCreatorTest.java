package io.deltaport.delta.tardiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltaport.delta.DeltaEffort;
import io.deltaport.delta.DeltaOptions;
import io.deltaport.delta.DeltaStatistics;
import io.deltaport.delta.MemoryObjects;
import io.deltaport.delta.MemoryPatches;
import io.deltaport.delta.RandomAccessContent;
import io.deltaport.delta.SourceFile;
import io.deltaport.delta.TargetPart;
import io.deltaport.delta.TestBytes;
import io.deltaport.store.ObjectNotFoundException;
import io.deltaport.util.Progress;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TarDiffCreatorTest {
  private static final DeltaOptions OPTIONS =
      DeltaOptions.defaults().withCompressionLevel(3).withWindowLog(20).withThreads(2);
  private static final byte[] HEADER = "header".getBytes(StandardCharsets.UTF_8);

  private final MemoryObjects objects = new MemoryObjects();
  private final Map<String, byte[]> old = new LinkedHashMap<>();
  private final List<SourceFile> sources = new ArrayList<>();
  private final List<TargetPart> target = new ArrayList<>();
  private final ByteArrayOutputStream expected = new ByteArrayOutputStream();

  private void old(String path, byte[] content) {
    old.put(path, content);
    sources.add(objects.source(path, content));
  }

  private void now(String path, byte[] content) {
    target.add(new TargetPart.Literal(HEADER));
    target.add(objects.target(path.getBytes(StandardCharsets.UTF_8), content));
    expected.writeBytes(HEADER);
    expected.writeBytes(content);
  }

  private DeltaStatistics roundTrip(DeltaOptions options) throws IOException {
    ByteArrayOutputStream delta = new ByteArrayOutputStream();
    DeltaStatistics statistics =
        TarDiffCreator.create(sources, target, objects, delta, options, Progress.NONE);
    assertThat(statistics.deltaBytes()).isEqualTo(delta.size());
    assertThat(statistics.targetBytes()).isEqualTo(expected.size());
    ByteArrayOutputStream result = new ByteArrayOutputStream();
    TarDiffApplier.apply(
        new ByteArrayInputStream(delta.toByteArray()), this::open, result, expected.size());
    assertThat(Arrays.mismatch(result.toByteArray(), expected.toByteArray())).isEqualTo(-1);
    return statistics;
  }

  private RandomAccessContent open(String path) throws NoSuchFileException {
    if (!old.containsKey(path)) {
      throw new NoSuchFileException(path);
    }
    return RandomAccessContent.of(old.get(path));
  }

  @Property(tries = 120)
  void whatIsAppliedIsTheTarget(
      @ForAll long seed,
      @ForAll @IntRange(max = 12) int files,
      @ForAll @IntRange(max = 8) int kind,
      @ForAll @IntRange(min = 1, max = 2) int version,
      @ForAll DeltaEffort effort)
      throws IOException {
    TarDiffCreatorTest test = new TarDiffCreatorTest();
    for (int i = 0; i < files; i++) {
      byte[] content = TestBytes.random(seed + i, 1 << ((i + kind) / 2));
      test.old("usr/lib/1." + kind + "/file" + i, content);
      test.now("./usr/lib/2." + i + "/file" + i, TestBytes.edited(content, seed, 1 + kind));
    }
    test.roundTrip(OPTIONS.withEffort(effort).withTarDiffVersion(version));
  }

  @Property(tries = 10)
  void framesWithADictionaryMakeTheTarget(@ForAll long seed, @ForAll DeltaEffort effort)
      throws IOException {
    TarDiffCreatorTest test = new TarDiffCreatorTest();
    for (int i = 0; i < 3; i++) {
      test.old("etc/lines" + i, TestBytes.lines(seed + i, 3000));
      test.now("etc/lines" + i, TestBytes.lines(seed - i - 1, 3000));
      // The same source serves once more, from its beginning.
      test.now("etc/moved/lines" + i, TestBytes.lines(seed - i - 9, 3000));
    }
    DeltaOptions options = DeltaOptions.defaults().withEffort(effort);

    long first = test.roundTrip(options).deltaBytes();
    long second = test.roundTrip(options.withTarDiffVersion(2)).deltaBytes();

    assertThat(second).isLessThan(first);
  }

  @Test
  void aSourceThatLooksLikeADictionaryOfZstdIsPlainBytes() throws IOException {
    byte[] old = TestBytes.lines(1, 3000);
    System.arraycopy(new byte[] {0x37, (byte) 0xA4, 0x30, (byte) 0xEC}, 0, old, 0, 4);
    old("etc/lines", old);
    now("etc/lines", TestBytes.lines(2, 3000));

    assertThat(roundTrip(DeltaOptions.defaults().withTarDiffVersion(2)).deltaBytes())
        .isLessThan(roundTrip(DeltaOptions.defaults()).deltaBytes());
  }

  @Test
  void anUnchangedObjectIsCopiedWithoutBeingRead() throws IOException {
    byte[] content = TestBytes.random(1, 5000);
    old("usr/share/a", content);
    now("./usr/share/elsewhere", content);

    DeltaStatistics statistics = roundTrip(OPTIONS);

    assertThat(objects.wasRead(sources.getFirst().object())).isFalse();
    assertThat(statistics.unchangedFiles()).isEqualTo(1);
    assertThat(statistics.unchangedBytes()).isEqualTo(5000);
    assertThat(statistics.deltaBytes()).isLessThan(100);
  }

  @Test
  void aChangedFileInARenamedFolderIsPatched() throws IOException {
    byte[] content = TestBytes.random(2, 100_000);
    old("usr/lib/modules/6.1.0-9/a.ko", content);
    now("./usr/lib/modules/6.1.0-10/a.ko", TestBytes.edited(content, 3, 20));

    DeltaStatistics statistics = roundTrip(OPTIONS);

    assertThat(statistics.changedFiles()).isEqualTo(1);
    assertThat(statistics.deltaBytes()).isLessThan(15_000);
  }

  @Test
  void aNewFileAndOneWithoutResemblanceAreLiterals() throws IOException {
    old("etc/same-name", TestBytes.random(3, 60_000));
    now("etc/same-name", TestBytes.random(4, 60_000));
    now("etc/new", TestBytes.random(5, 70_000));
    now("etc/empty", new byte[0]);

    DeltaStatistics statistics = roundTrip(OPTIONS);

    assertThat(statistics.newFiles()).isEqualTo(3);
    assertThat(statistics.newBytes()).isEqualTo(130_000);
    assertThat(statistics.literalBytes()).isEqualTo(3L * HEADER.length);
  }

  @Test
  void partsOfASparseFileAreTakenFromTheirPlaces() throws IOException {
    byte[] content = TestBytes.random(6, 300_000);
    TargetPart.Content whole = objects.target(HEADER, content);
    for (int from : new int[] {0, 100_000, 250_000}) {
      target.add(new TargetPart.Content(HEADER, whole.object(), from, 40_000));
      expected.write(content, from, 40_000);
    }

    assertThat(roundTrip(OPTIONS).newBytes()).isEqualTo(120_000);
  }

  @Test
  void filesBeyondTheMemoryLimitAreComparedPieceByPiece(@TempDir Path folder) throws IOException {
    byte[] content = TestBytes.random(7, 40 << 20);
    byte[] moved = new byte[content.length + 1000];
    System.arraycopy(content, 0, moved, 1000, content.length);
    System.arraycopy(content, 24 << 20, moved, 4 << 20, 8 << 20);
    for (int i = 77; i < moved.length; i += 5000) {
      moved[i]++;
    }
    old("usr/bin/large", content);
    now("usr/bin/large", moved);

    DeltaStatistics statistics =
        roundTrip(
            OPTIONS
                .withTempFolder(folder)
                .withMemoryBudgetBytes(DeltaOptions.MEMORY_BUDGET_MIN_BYTES));

    assertThat(statistics.changedFiles()).isEqualTo(1);
    assertThat(statistics.deltaBytes()).isLessThan(200_000);
    assertThat(folder).as("temporary files").isEmptyDirectory();
  }

  @Test
  void whatWasComparedOnceIsNotReadAgain(@TempDir Path folder) throws IOException {
    MemoryPatches patches = new MemoryPatches();
    DeltaOptions options = OPTIONS.withTempFolder(folder).withPatches(patches);
    byte[] large = TestBytes.random(11, 17 << 20);
    old("changed", TestBytes.random(12, 90_000));
    now("changed", TestBytes.edited(old.get("changed"), 13, 30));
    old("large", large);
    now("large", TestBytes.edited(large, 14, 200));
    old("unlike", TestBytes.random(15, 50_000));
    now("unlike", TestBytes.random(16, 60_000));
    DeltaStatistics first = roundTrip(options);

    sources.forEach(file -> objects.remove(file.object()));
    assertThat(roundTrip(options)).isEqualTo(first);

    // A piece that was removed to make room is compared again, the other ones are not.
    patches.all().keySet().removeIf(key -> key.piece() == 2);
    objects.put(large);
    assertThat(roundTrip(options)).isEqualTo(first);
  }

  @Property(tries = 40)
  void damagedPatchesAreMadeAnew(@ForAll long seed, @ForAll @IntRange(max = 3) int damage)
      throws IOException {
    TarDiffCreatorTest test = new TarDiffCreatorTest();
    MemoryPatches patches = new MemoryPatches();
    Random random = new Random(seed);
    for (int i = 0; i < 5; i++) {
      byte[] content = TestBytes.random(seed + i, 2000 + i);
      test.old("file" + i, content);
      test.now("file" + i, TestBytes.edited(content, seed, 6));
    }
    DeltaStatistics first = test.roundTrip(OPTIONS.withPatches(patches));
    patches.all().replaceAll((key, patch) -> damaged(patch, damage, random));

    assertThat(test.roundTrip(OPTIONS.withPatches(patches))).isEqualTo(first);
  }

  private static byte[] damaged(byte[] patch, int damage, Random random) {
    byte[] damaged = patch.clone();
    int at = random.nextInt(patch.length);
    switch (damage) {
      case 0 -> damaged[at] ^= (byte) (1 + random.nextInt(255));
      case 1 -> damaged = Arrays.copyOf(patch, at);
      case 2 -> damaged = Arrays.copyOf(patch, patch.length + 1 + at);
      default -> random.nextBytes(damaged);
    }
    return damaged;
  }

  @Property(tries = 10)
  void everyEffortMakesTheTarget(@ForAll DeltaEffort effort) throws IOException {
    TarDiffCreatorTest test = new TarDiffCreatorTest();
    for (int i = 0; i < 8; i++) {
      byte[] content = TestBytes.random(i, 40_000 << i % 3);
      test.old("lib" + i, content);
      test.now("lib" + i, TestBytes.edited(content, 100 + i, 60));
    }

    assertThat(test.roundTrip(DeltaOptions.defaults().withEffort(effort)).changedFiles())
        .isEqualTo(8);
  }

  /** Files stay, change, are new, gone, moved to other folders or names, or empty. */
  @Property(tries = 90)
  void everyEffortMakesARandomTree(@ForAll DeltaEffort effort, @ForAll long seed)
      throws IOException {
    TarDiffCreatorTest test = new TarDiffCreatorTest();
    Random random = new Random(seed);
    int files = random.nextInt(20);
    for (int i = 0; i < files; i++) {
      byte[] content = TestBytes.random(random.nextLong(), random.nextInt(1 << random.nextInt(17)));
      String path = "usr/d" + random.nextInt(4) + "/1." + random.nextInt(9) + "/f" + i;
      switch (random.nextInt(6)) {
        case 0 -> test.now(path, content);
        case 1 -> test.old(path, content);
        case 2 -> {
          test.old(path, content);
          test.now("./moved/" + i, content);
        }
        case 3 -> {
          test.old(path, content);
          test.now(path, new byte[0]);
        }
        default -> {
          test.old(path, content);
          String now = random.nextBoolean() ? path : path.replace("/1.", "/2.");
          test.now(now, TestBytes.edited(content, seed, 1 + random.nextInt(20)));
        }
      }
    }
    test.roundTrip(DeltaOptions.defaults().withEffort(effort).withThreads(2));
  }

  @Test
  void theResultDoesNotDependOnTheNumberOfThreads() throws IOException {
    for (int i = 0; i < 200; i++) {
      byte[] content = TestBytes.random(i, 3000 + i);
      old("f" + i + "x", content);
      now("f" + i + "x", TestBytes.edited(content, i, 5));
    }

    roundTrip(OPTIONS.withThreads(1));
    roundTrip(OPTIONS.withThreads(8));
  }

  @Test
  void aMissingObjectIsNamed() {
    byte[] content = TestBytes.random(8, 5000);
    old("a", content);
    now("a", TestBytes.edited(content, 1, 3));
    objects.remove(sources.getFirst().object());

    assertThatThrownBy(() -> roundTrip(OPTIONS))
        .isInstanceOf(ObjectNotFoundException.class)
        .hasMessageContaining(sources.getFirst().object().hex());
  }

  @Test
  void anObjectShorterThanSaidIsRefused() {
    TargetPart.Content whole = objects.target(HEADER, TestBytes.random(9, 1000));
    target.add(new TargetPart.Content(HEADER, whole.object(), 0, 1001));

    assertThatThrownBy(() -> roundTrip(OPTIONS)).isInstanceOf(EOFException.class);
  }

  @Test
  void aFailureOfTheIteratorComesOutAsItsCause() {
    Iterable<TargetPart> failing =
        () -> {
          throw new UncheckedIOException(new IOException("recipe"));
        };

    assertThatThrownBy(
            () ->
                TarDiffCreator.create(
                    sources, failing, objects, new ByteArrayOutputStream(), OPTIONS, Progress.NONE))
        .isInstanceOf(IOException.class)
        .hasMessage("recipe");
  }

  @Test
  void progressMayEndTheWork() {
    now("a", TestBytes.random(10, 1000));
    Progress cancelling =
        (stage, done, total) -> {
          throw new CancellationException();
        };

    assertThatThrownBy(
            () ->
                TarDiffCreator.create(
                    sources, target, objects, new ByteArrayOutputStream(), OPTIONS, cancelling))
        .isInstanceOf(CancellationException.class);
  }
}
