package io.deltaport.delta;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SourceCatalogTest {
  private final MemoryObjects objects = new MemoryObjects();
  private final List<SourceFile> files = new ArrayList<>();

  private SourceFile file(String path, int length) {
    SourceFile file =
        objects.source(path, TestBytes.random(path.hashCode() + (long) length, length));
    files.add(file);
    return file;
  }

  private SourceFile older(String path, long length) {
    return new SourceCatalog(files).older(path, length).orElse(null);
  }

  @Test
  void theSameObjectIsFoundAnywhere() {
    SourceFile moved = file("usr/share/a", 10);

    assertThat(new SourceCatalog(files).unchanged(moved.object())).contains(moved);
  }

  @Test
  void theSamePathComesFirst() {
    file("usr/lib/x-1/libfoo.so", 1000);
    SourceFile same = file("usr/lib/x-2/libfoo.so", 10);

    assertThat(older("usr/lib/x-2/libfoo.so", 1000)).isEqualTo(same);
  }

  @Test
  void anEmptyFileIsNoSource() {
    file("usr/lib/empty", 0);

    assertThat(older("usr/lib/empty", 1000)).isNull();
  }

  @Test
  void aRenamedVersionFolderIsSeenThrough() {
    SourceFile old = file("usr/lib/modules/6.1.0-13-amd64/kernel/fs/xfs/xfs.ko", 5000);
    file("usr/lib/modules/6.1.0-13-amd64/kernel/fs/btrfs/btrfs.ko", 5000);

    assertThat(older("usr/lib/modules/6.1.0-30-amd64/kernel/fs/xfs/xfs.ko", 9000)).isEqualTo(old);
  }

  @Test
  void ofSeveralVersionsTheOneOfClosestSizeIsTaken() {
    file("usr/lib/libfoo.so.1.0", 100);
    SourceFile close = file("usr/lib/libfoo.so.2.0", 1000);

    assertThat(older("usr/lib/libfoo.so.2.1", 1100)).isEqualTo(close);
  }

  @Test
  void aMovedFileIsFoundByItsNameUnlessItsSizeDiffersMuch() {
    SourceFile old = file("lib/systemd/systemd", 1000);

    assertThat(older("usr/lib/systemd/systemd", 1900)).isEqualTo(old);
    assertThat(older("usr/lib/systemd/systemd", 3100)).isNull();
  }

  @Test
  void filesThatNoApplierCouldOpenAreLeftOut() {
    String longName = "a/".repeat(2048) + "b";
    for (String path : List.of("", "/etc/a", "a//b", "a/../b", "./a", "a\0b", "\ud800", longName)) {
      file(path, 50);
    }
    SourceFile longest = file("a/".repeat(2047) + "bc", 50);
    SourceCatalog catalog = new SourceCatalog(files);

    assertThat(longest.path().getBytes(StandardCharsets.UTF_8)).hasSize(4096);
    assertThat(files)
        .filteredOn(f -> catalog.unchanged(f.object()).isPresent())
        .containsExactly(longest);
  }
}
