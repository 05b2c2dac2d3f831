package io.deltaport.layer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Commit;
import io.deltaport.ostree.DirMeta;
import io.deltaport.ostree.DirTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TreeCommitterTest {
  private static final CommitDetails DETAILS =
      new CommitDetails(Map.of(), Optional.empty(), "s", "", 0);

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

  private CommittedTree commit(FlatTree tree) throws IOException {
    return new TreeCommitter(store.driver(), store.index()).commit(tree, DETAILS);
  }

  private static TarBytes owned(TarBytes tar, int mode, String name, String content) {
    return tar.owner(5, 6).mode(mode).file(name, content).owner(0, 0).mode(0644);
  }

  private static byte[] bottom() {
    TarBytes tar = new TarBytes().folder(".").folder("a").file("a/x", "1").file("a/y", "1");
    tar.folder("a/sub").file("a/sub/z", "1");
    owned(tar, 04755, "b", "b").folder("c", 0700).file("c/1", "c1").file("f2d", "file");
    tar.folder("d2f").file("d2f/in", "in").symlink("s", "a").folder("usr").folder("usr/lib");
    tar.file("usr/lib/q", "q").file("h1", "linked").hardLink("h2", "h1").folder("gone");
    tar.folder("gone/deep").file("gone/deep/f", "x").symlink("l2f", "b").folder("op");
    return tar.file("op/old", "old").folder("op/olddir").file("op/olddir/k", "k").close();
  }

  private static byte[] middle() {
    TarBytes tar = new TarBytes().folder("a", 0711).whiteout("a/x").file("a/new", "2");
    tar.whiteout("gone").folder("f2d").file("f2d/now", "dir").file("d2f", "file now");
    owned(tar.folder("c", 0750), 02755, "c/1", "c1 changed").folder("op");
    tar.file("op/before", "before").opaque("op").file("op/after", "after").file("l2f", "a file");
    return tar.file("h3", "again").file("dup", "one").file("dup", "two").close();
  }

  private static byte[] top() {
    TarBytes tar = new TarBytes().folder("gone").file("gone/back", "back").folder("a");
    tar.whiteout("a/sub").whiteout("s").file("f2d", "file again").folder("d2f");
    tar.file("d2f/again", "dir again").folder("usr").folder("usr/lib").file("usr/lib/q", "q2");
    return tar.hardLink("usr/lib/r", "usr/lib/q").close();
  }

  @Test
  void layersGiveTheCommitThatOstreeMakesOfWhatUmociUnpacks() throws IOException {
    // The checksum is what ostree 2022.7 printed for the tree that umoci 0.4.7 made of these
    // layers.
    assertThat(commit(store.flatten(bottom(), middle(), top())).commit().hex())
        .isEqualTo("3a1c269d990750d7b23595ddc5182e2428dc1253ba2e6d9e8fd50467bfff92b0");
  }

  @Test
  void everyObjectOfTheTreeCanBeRead() throws IOException {
    CommittedTree committed = commit(store.flatten(bottom(), middle(), top()));
    store.index().add(store.driver(), committed.pack().orElseThrow().id());
    Commit commit = Commit.decode(read(committed.commit()));
    assertThat(commit.tree()).isEqualTo(committed.rootTree());
    assertThat(commit.meta()).isEqualTo(committed.rootMeta());
    assertThat(countFiles(commit.tree(), commit.meta())).isEqualTo(16);
  }

  private int countFiles(Checksum tree, Checksum meta) throws IOException {
    DirMeta.decode(read(meta));
    DirTree folder = DirTree.decode(read(tree));
    int count = folder.files().size();
    for (DirTree.FileEntry file : folder.files()) {
      read(file.object());
    }
    for (DirTree.FolderEntry below : folder.folders()) {
      count += countFiles(below.tree(), below.meta());
    }
    return count;
  }

  private byte[] read(Checksum object) throws IOException {
    try (InputStream in = store.objects().open(object)) {
      return in.readAllBytes();
    }
  }

  @Test
  void aTreeThatIsStoredAlreadyBringsNoPack() throws IOException {
    FlatTree tree = store.flatten(bottom());
    CommittedTree first = commit(tree);
    store.index().add(store.driver(), first.pack().orElseThrow().id());
    CommittedTree second = commit(tree);
    assertThat(second.pack()).isEmpty();
    assertThat(second.commit()).isEqualTo(first.commit());
  }

  @Test
  void theEmptyTreeHasOstreesChecksum() throws IOException {
    CommittedTree empty = commit(store.flatten(new TarBytes().close()));
    assertThat(empty.rootTree().hex())
        .isEqualTo("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    assertThat(empty.rootMeta().hex())
        .isEqualTo("446a0ef11b7cc167f3b603e585c7eeeeb675faa412d5ec73f62988eb0b6c5488");
  }

  @Test
  void aFolderOfManyFilesIsStoredThoughItsDirtreeIsLarge() throws IOException {
    TarBytes tar = new TarBytes();
    for (int i = 0; i < 4_000; i++) {
      tar.file("n".repeat(240) + i, "same");
    }
    FlatTree tree = store.flatten(tar.close());
    CommittedTree committed = commit(tree);
    store.index().add(store.driver(), committed.pack().orElseThrow().id());
    byte[] object = read(committed.rootTree());
    assertThat(object.length).isGreaterThan(ObjectSink.SMALL_MAX_BYTES);
    assertThat(DirTree.decode(object).files()).hasSize(4_000);
    assertThat(tree.find("absent".getBytes(UTF_8))).isEmpty();
  }
}
