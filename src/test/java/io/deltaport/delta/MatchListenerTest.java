package io.deltaport.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.delta.tardiff.TarDiffCreator;
import io.deltaport.util.Progress;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the engine tells of its choices. */
final class MatchListenerTest {
  private final MemoryObjects objects = new MemoryObjects();
  private final List<SourceFile> sources = new ArrayList<>();
  private final List<TargetPart> target = new ArrayList<>();
  private final List<SourceMatch> matches = new ArrayList<>();

  private byte[] old(String path, int length) {
    byte[] content = TestBytes.random(path.hashCode(), length);
    sources.add(objects.source(path, content));
    return content;
  }

  private void now(String path, byte[] content) {
    target.add(objects.target(path.getBytes(StandardCharsets.UTF_8), content));
  }

  private void create() throws IOException {
    TarDiffCreator.create(
        sources,
        target,
        objects,
        OutputStream.nullOutputStream(),
        DeltaOptions.defaults().withMatches(matches::add),
        Progress.NONE);
    assertThat(matches)
        .allSatisfy(
            match ->
                assertThat(match.copiedBytes() + match.patchedBytes() + match.newBytes())
                    .isEqualTo(match.bytes()));
  }

  private static byte[] edited(byte[] content) {
    return TestBytes.edited(content, 1, 4);
  }

  @Test
  void everyFileHasItsReasonInTheOrderOfTheTarget() throws IOException {
    now("./usr/bin/kept", old("usr/bin/elsewhere", 3000));
    now("./usr/bin/changed", edited(old("usr/bin/changed", 9000)));
    now("./usr/lib/libx.so.1.3", edited(old("usr/lib/libx.so.1.2", 9000)));
    now("./usr/lib64/moved.so", edited(old("lib/moved.so", 9000)));
    now("./etc/tiny", new byte[20]);
    now("./etc/new", TestBytes.random(1, 5000));
    old("etc/unlike", 4000);
    now("./etc/unlike", TestBytes.random(2, 4000));

    create();

    assertThat(matches)
        .extracting(match -> match.path() + " " + match.reason().text() + " " + match.source())
        .containsExactly(
            "usr/bin/kept same-object usr/bin/elsewhere",
            "usr/bin/changed same-path usr/bin/changed",
            "usr/lib/libx.so.1.3 renamed-path usr/lib/libx.so.1.2",
            "usr/lib64/moved.so moved lib/moved.so",
            "etc/tiny too-small ",
            "etc/new no-candidate ",
            "etc/unlike unlike etc/unlike");
  }

  @Test
  void bytesAreToldByHowTheyAreMade() throws IOException {
    byte[] content = old("data", 100_000);
    byte[] changed = content.clone();
    for (int i = 50_000; i < 50_100; i += 10) {
      changed[i]++;
    }
    System.arraycopy(TestBytes.random(3, 10_000), 0, changed, 90_000, 10_000);
    now("data", changed);

    create();

    SourceMatch match = matches.getFirst();
    assertThat(match.bytes()).isEqualTo(100_000);
    assertThat(match.copiedBytes()).isBetween(89_000L, 90_000L);
    assertThat(match.patchedBytes()).isBetween(90L, 200L);
    assertThat(match.newBytes()).isBetween(9_900L, 10_100L);
  }

  @Test
  void thePartsOfASparseFileAndThePiecesOfALargeOneAreOneFile() throws IOException {
    byte[] large = old("large", DeltaEngine.IN_MEMORY_MAX_BYTES + 100);
    now("large", edited(large));
    TargetPart.Content sparse =
        objects.target("sparse".getBytes(StandardCharsets.UTF_8), edited(old("other", 9000)));
    for (int from : new int[] {0, 4000, 8000}) {
      target.add(new TargetPart.Content(sparse.path(), sparse.object(), from, 500));
    }

    create();

    assertThat(matches).extracting(SourceMatch::path).containsExactly("large", "sparse");
    assertThat(matches.getFirst().reason()).isEqualTo(MatchReason.SAME_PATH);
    assertThat(matches.getFirst().copiedBytes()).isGreaterThan(large.length - 10_000L);
    assertThat(matches.getLast().newBytes()).isEqualTo(1500);
  }
}
