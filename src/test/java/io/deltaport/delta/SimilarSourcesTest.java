package io.deltaport.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltaport.delta.tardiff.TarDiffCreator;
import io.deltaport.store.ObjectNotFoundException;
import io.deltaport.util.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Sources found by content. */
final class SimilarSourcesTest {
  private final MemoryObjects objects = new MemoryObjects();
  private final List<SourceFile> sources = new ArrayList<>();
  private final List<TargetPart> target = new ArrayList<>();

  private byte[] old(String path, int length) {
    return old(path, TestBytes.random(path.hashCode(), length));
  }

  private byte[] old(String path, byte[] content) {
    sources.add(objects.source(path, content));
    return content;
  }

  private void now(String path, byte[] content) {
    target.add(objects.target(path.getBytes(StandardCharsets.UTF_8), content));
  }

  private Map<String, SourceMatch> create(DeltaOptions options) throws IOException {
    List<SourceMatch> matches = new ArrayList<>();
    TarDiffCreator.create(
        sources,
        target,
        objects,
        OutputStream.nullOutputStream(),
        options.withMatches(matches::add),
        Progress.NONE);
    return matches.stream().collect(Collectors.toMap(SourceMatch::path, Function.identity()));
  }

  private Map<String, SourceMatch> create() throws IOException {
    return create(DeltaOptions.defaults());
  }

  private static byte[] edited(byte[] content) {
    return TestBytes.edited(content, 7, 20);
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      whole.writeBytes(part);
    }
    return whole.toByteArray();
  }

  private static void assertSimilar(SourceMatch match, String... anyOf) {
    assertThat(match.reason()).isEqualTo(MatchReason.SIMILAR);
    assertThat(match.source()).isIn((Object[]) anyOf);
    assertThat(match.newBytes()).isLessThan(match.bytes() * 2 / 3);
  }

  @Property(tries = 40)
  void aFileThatMovedAndHasAnotherNameIsFound(
      @ForAll long seed, @ForAll @IntRange(min = 13, max = 21) int sizeLog) throws IOException {
    SimilarSourcesTest test = new SimilarSourcesTest();
    byte[] content = test.old("opt/a/first", TestBytes.random(seed, 1 << sizeLog));
    test.old("opt/a/other", TestBytes.random(seed + 1, 1 << sizeLog));
    test.now("usr/lib/renamed", TestBytes.edited(content, seed, 12));

    assertSimilar(test.create().get("usr/lib/renamed"), "opt/a/first");
  }

  @Test
  void aFileOfWhichSingleBytesChangeEverywhereIsFound() throws IOException {
    byte[] changed = old("bin/program", 200_000).clone();
    for (int i = 0; i < changed.length; i += 31) {
      changed[i]++;
    }
    now("libexec/tool", changed);

    assertThat(create().get("libexec/tool").reason())
        .as("no stretch of 40 bytes is left, and none is found")
        .isEqualTo(MatchReason.NO_CANDIDATE);
    for (int i = 0; i < changed.length; i += 31) {
      changed[i] -= (byte) (i % 4 == 0 ? 0 : 1);
    }
    target.clear();
    now("libexec/tool", changed);
    assertSimilar(create().get("libexec/tool"), "bin/program");
  }

  @Test
  void bothHalvesOfASplitFileFindIt() throws IOException {
    byte[] whole = old("usr/share/words", 400_000);
    old("usr/share/others", 400_000);
    now("usr/share/a-to-m", edited(Arrays.copyOfRange(whole, 0, 250_000)));
    now("usr/share/n-to-z", edited(Arrays.copyOfRange(whole, 250_000, 400_000)));

    Map<String, SourceMatch> matches = create();

    assertSimilar(matches.get("usr/share/a-to-m"), "usr/share/words");
    assertSimilar(matches.get("usr/share/n-to-z"), "usr/share/words");
  }

  @Test
  void aSmallPartOfALargeFileFindsIt() throws IOException {
    byte[] whole = old("usr/lib/all", 2 << 20);
    now("usr/lib/part", Arrays.copyOfRange(whole, 1 << 20, (1 << 20) + (100 << 10)));

    assertSimilar(create().get("usr/lib/part"), "usr/lib/all");
  }

  @Test
  void aMergedFileFindsItsLargestPart() throws IOException {
    byte[] small = old("etc/one", 50_000);
    byte[] large = old("etc/two", 150_000);
    now("etc/merged", joined(edited(small), edited(large)));

    assertSimilar(create().get("etc/merged"), "etc/two");
  }

  @Test
  void ofSeveralOfTheSameNameTheOneWithLikeContentIsTaken() throws IOException {
    old("a/__init__.py", 20_000);
    byte[] right = old("b/__init__.py", 30_000);
    old("c/__init__.py", 20_500);
    now("d/__init__.py", Arrays.copyOf(right, 20_400));

    SourceMatch match = create().get("d/__init__.py");

    assertThat(match.reason()).isEqualTo(MatchReason.MOVED);
    assertThat(match.source()).isEqualTo("b/__init__.py");
  }

  @Test
  void ifNoneOfTheSameNameIsAlikeTheContentCountsAlone() throws IOException {
    old("a/index", 20_000);
    old("b/index", 21_000);
    byte[] right = old("old/table", 20_000);
    now("c/index", edited(right));
    now("c/new", TestBytes.random(5, 5000));

    assertSimilar(create().get("c/index"), "old/table");
  }

  @Test
  void whatManyFilesShareTellsNothing() throws IOException {
    byte[] licence = TestBytes.random(1, 6000);
    for (int i = 0; i < 30; i++) {
      old("doc/" + (char) ('A' + i), joined(licence, TestBytes.random(100 + i, 20_000)));
    }
    byte[] right = joined(licence, TestBytes.random(112, 20_000));
    now("new/file", joined(licence, edited(Arrays.copyOfRange(right, 6000, 26_000))));
    now("new/unlike", joined(licence, TestBytes.random(2, 20_000)));

    Map<String, SourceMatch> matches = create();

    assertSimilar(matches.get("new/file"), "doc/M");
    assertThat(matches.get("new/unlike").reason()).isEqualTo(MatchReason.NO_CANDIDATE);
  }

  @Test
  void sourcesAreNotReadWhenNamesTellEverything() throws IOException {
    now("etc/changed", edited(old("etc/changed", 50_000)));
    now("etc/small", TestBytes.random(3, UnclearFiles.MIN_BYTES - 1));
    old("etc/gone", 50_000);

    create();

    assertThat(objects.wasRead(sources.getFirst().object())).isTrue();
    assertThat(objects.wasRead(sources.getLast().object())).isFalse();
  }

  @Test
  void noMoreSourcesAreReadThanTheFilesInQuestionAreWorth() throws IOException {
    for (int i = 0; i < 500; i++) {
      old("usr/share/gone" + i, 5000);
    }
    now("usr/share/new", TestBytes.random(4, 6000));

    create();

    assertThat(sources).filteredOn(file -> objects.wasRead(file.object())).hasSize(64);
  }

  @Test
  void aGoneFileInTheSameFolderIsReadBeforeOthers() throws IOException {
    for (int i = 0; i < 200; i++) {
      byte[] content = old("usr/lib/x" + (char) ('A' + i) + ".so", 5000);
      now("usr/lib/x" + (char) ('A' + i) + ".so", edited(content));
      old("srv/gone" + (char) ('A' + i), 5000);
    }
    byte[] right = old("usr/lib/last.so", 50_000);
    now("usr/lib/first.so", edited(right));

    assertSimilar(create().get("usr/lib/first.so"), "usr/lib/last.so");
  }

  @Test
  void aSourceThatCannotBeReadIsNotChosen() throws IOException {
    byte[] lost = old("a/lost", 50_000);
    objects.remove(sources.getFirst().object());
    now("b/new", edited(lost));

    assertThat(create().get("b/new").reason()).isEqualTo(MatchReason.NO_CANDIDATE);
  }

  @Test
  void aTargetThatCannotBeReadIsNamed() {
    old("a/old", 50_000);
    now("b/new", TestBytes.random(6, 50_000));
    TargetPart.Content content = (TargetPart.Content) target.getFirst();
    objects.remove(content.object());

    assertThatThrownBy(this::create)
        .isInstanceOf(ObjectNotFoundException.class)
        .hasMessageContaining(content.object().hex());
  }

  @Test
  void theChoiceDoesNotDependOnTheNumberOfThreads() throws IOException {
    for (int i = 0; i < 60; i++) {
      byte[] content = old("old/" + (char) ('A' + i), 9000 + i);
      old("copy/" + (char) ('A' + i), joined(content, new byte[1]));
      now("new/" + (char) ('a' + i), edited(content));
    }

    assertThat(create(DeltaOptions.defaults().withThreads(8)))
        .isEqualTo(create(DeltaOptions.defaults().withThreads(1)));
  }
}
