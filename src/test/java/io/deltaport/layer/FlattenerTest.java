package io.deltaport.layer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FlattenerTest {
  @TempDir Path root;
  private LayerHarness store;

  @BeforeEach
  void open() throws IOException {
    store = new LayerHarness(root);
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private static TarBytes tar() {
    return new TarBytes();
  }

  /** Lists a tree: folders with a slash, files with their content, links with an arrow. */
  private List<String> list(TarBytes... layers) throws IOException {
    byte[][] tars = new byte[layers.length][];
    for (int i = 0; i < layers.length; i++) {
      tars[i] = layers[i].close();
    }
    List<String> lines = new ArrayList<>();
    store
        .flatten(tars)
        .walk(
            (path, node) -> {
              String name = new String(path, ISO_8859_1);
              switch (node) {
                case FlatNode.Folder folder -> lines.add(name + "/");
                case FlatNode.File file -> lines.add(name + describe(file));
              }
            });
    assertThat(lines.getFirst()).isEqualTo("/");
    return lines.subList(1, lines.size());
  }

  private String describe(FlatNode.File file) throws IOException {
    if (!file.kind().isRegular()) {
      return "@";
    }
    try (InputStream in = store.objects().openContent(file.object())) {
      return "=" + new String(in.readAllBytes(), UTF_8);
    }
  }

  private void assertRefused(String reason, TarBytes... layers) {
    assertThatThrownBy(() -> list(layers))
        .isInstanceOf(NotAbsorbableException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void upperFilesReplaceLowerOnes() throws IOException {
    assertThat(list(tar().file("a", "1").file("b", "1"), tar().file("b", "2").file("c", "2")))
        .containsExactly("a=1", "b=2", "c=2");
  }

  @Test
  void whiteoutsHideFilesAndFolders() throws IOException {
    TarBytes lower = tar().file("d/a", "1").file("d/b/c", "1").file("d/b/e", "1").file("f", "1");
    assertThat(list(lower, tar().whiteout("d/b").whiteout("f").whiteout("nothing")))
        .containsExactly("d/", "d/a=1");
  }

  @Test
  void whiteoutsHideOnlyWhatIsBelowTheirLayer() throws IOException {
    TarBytes lower = tar().file("x", "1").file("d/old", "1");
    assertThat(list(lower, tar().file("x", "2").whiteout("x").file("d/new", "2").whiteout("d")))
        .containsExactly("d/", "d/new=2", "x=2");
  }

  @Test
  void opaqueHidesOnlyLowerLayersWhereverItStands() throws IOException {
    TarBytes lower = tar().file("d/a", "1").file("d/e/f", "1");
    for (TarBytes upper :
        List.of(
            tar().opaque("d").folder("d").file("d/b", "2").file("d/e/g", "2"),
            tar().folder("d").file("d/b", "2").file("d/e/g", "2").opaque("d"))) {
      assertThat(list(lower, upper)).containsExactly("d/", "d/b=2", "d/e/", "d/e/g=2");
    }
  }

  @Test
  void anOpaqueRootHidesEverything() throws IOException {
    assertThat(list(tar().file("a", "1").file("b/c", "1"), tar().opaque(".").file("x", "2")))
        .containsExactly("x=2");
  }

  @Test
  void whatIsHiddenCanComeBack() throws IOException {
    assertThat(list(tar().file("d/a", "1"), tar().whiteout("d"), tar().file("d/b", "3")))
        .containsExactly("d/", "d/b=3");
  }

  @Test
  void aFileReplacesAFolderAndBack() throws IOException {
    assertThat(list(tar().file("x/a", "1").file("x/b/c", "1"), tar().file("x", "2")))
        .containsExactly("x=2");
    assertThat(list(tar().file("x", "1"), tar().folder("x").file("x/a", "2")))
        .containsExactly("x/", "x/a=2");
    assertThat(list(tar().file("x", "1"), tar().file("x/a", "2"))).containsExactly("x/", "x/a=2");
    assertThat(list(tar().file("x/a", "1"), tar().symlink("x", "y"), tar().folder("x")))
        .containsExactly("x/");
  }

  @Test
  void aLowerLinkGivesWayToAFolder() throws IOException {
    TarBytes lower = tar().file("usr/lib/a", "1").symlink("lib", "usr/lib");
    assertThat(list(lower, tar().file("lib/b", "2")))
        .containsExactly("lib/", "lib/b=2", "usr/", "usr/lib/", "usr/lib/a=1");
  }

  @Test
  void anEntryThroughALinkOfItsOwnLayerIsRefused() {
    assertRefused("same layer", tar().symlink("lib", "/etc").file("lib/passwd", "x"));
    assertRefused("same layer", tar().file("a", "x").file("a/b", "x"));
    assertRefused("same layer", tar().folder("lib"), tar().symlink("lib", "/etc").folder("lib/x"));
  }

  @Test
  void theLastOfTwoEntriesWins() throws IOException {
    assertThat(list(tar().file("a", "1").file("a", "2").file("./a", "3"))).containsExactly("a=3");
    assertThat(list(tar().file("a", "1").folder("a").file("a/b", "2")))
        .containsExactly("a/", "a/b=2");
    assertThat(list(tar().file("a/b", "1").file("a", "2"))).containsExactly("a=2");
  }

  @Test
  void aFolderEntryChangesTheFolderAndKeepsWhatIsInIt() throws IOException {
    FlatTree tree =
        store.flatten(
            tar().file("d/a", "1").close(), tar().owner(5, 6).folder("d").folder(".").close());
    FlatNode.Folder folder = (FlatNode.Folder) tree.find("d".getBytes(UTF_8)).orElseThrow();
    assertThat(folder.children()).hasSize(1);
    assertThat(folder.meta()).isEqualTo(tree.root().meta()).isNotEqualTo(DefaultFolder.CHECKSUM);
    assertThat(folder.layer()).isEqualTo(1);
  }

  @Test
  void missingFoldersAreMade() throws IOException {
    FlatTree tree = store.flatten(tar().file("a/b/c", "1").close());
    FlatNode.Folder folder = (FlatNode.Folder) tree.find("a/b".getBytes(UTF_8)).orElseThrow();
    assertThat(folder.meta()).isEqualTo(DefaultFolder.CHECKSUM);
    assertThat(tree.find("a/b/c/d".getBytes(UTF_8))).isEmpty();
    assertThat(tree.find("a/x".getBytes(UTF_8))).isEmpty();
    assertThat(tree.find(new byte[0])).containsSame(tree.root());
  }

  @Test
  void hardLinksAreTheSameFileAlsoAcrossLayers() throws IOException {
    assertThat(
            list(
                tar().file("a", "1").symlink("s", "a").hardLink("b", "a").hardLink("t", "./s"),
                tar().hardLink("d/c", "/b").hardLink("e", "d/c")))
        .containsExactly("a=1", "b=1", "d/", "d/c=1", "e=1", "s@", "t@");
  }

  @Test
  void aHardLinkKeepsWhatItsTargetWas() throws IOException {
    assertThat(list(tar().file("a", "1"), tar().hardLink("b", "a").file("a", "2")))
        .containsExactly("a=2", "b=1");
  }

  @Test
  void hardLinksToNothingAreRefused() {
    assertRefused("not there", tar().hardLink("a", "b"));
    assertRefused("not there", tar().hardLink("a", "b").file("b", "late"));
    assertRefused("not there", tar().hardLink("a", "b").hardLink("b", "a"));
    assertRefused("itself", tar().file("a", "1").hardLink("a", "./a"));
    assertRefused("the folder", tar().folder("d").hardLink("a", "d"));
    assertRefused("not there", tar().file("a", "1"), tar().whiteout("a").hardLink("b", "a"));
    assertRefused("not there", tar().file("a", "1").hardLink("b", "a/c"));
  }

  @Test
  void theRootIsAFolder() {
    assertRefused("root", tar().symlink(".", "x"));
  }

  @Test
  void aTreeOverItsLimitIsRefused() throws IOException {
    store.limits(new LayerLimits(1 << 20, 100, 1 << 20, 100, 1004, 4096));
    assertThat(list(tar().file("a", "1").file("b", "1").file("c", "1").file("d", "1"))).hasSize(4);
    assertThat(list(tar().file("a/b/c", "1"), tar().whiteout("a").file("d", "1").file("e/f", "1")))
        .hasSize(3);
    assertRefused("1004 bytes", tar().file("a/b/c", "1"), tar().file("d/e", "1"));
  }

  @Test
  void aWhiteoutMayHaveContentAndLeftoverMarksAreIgnored() throws IOException {
    assertThat(list(tar().file("a", "1"), tar().file(".wh.a", "content").file(".wh..wh.aufs", "x")))
        .isEmpty();
  }

  @Test
  void theDeepestTreeIsWalked() throws IOException {
    assertThat(list(tar().file("d/".repeat(2047) + "e", "1"))).hasSize(2048);
  }
}
