package io.deltaport.layer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OstreeLayoutTest {
  private static final List<String> ALWAYS =
      List.of("dev/", "ostree", "proc/", "run/", "sys/", "sysroot/", "tmp/", "var/");

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

  private List<String> list(TarBytes tar) throws IOException {
    List<String> lines = new ArrayList<>();
    OstreeLayout.of(store.flatten(tar.close()))
        .walk(
            (path, node) ->
                lines.add(
                    new String(path, ISO_8859_1) + (node instanceof FlatNode.Folder ? "/" : "")));
    return lines.subList(1, lines.size());
  }

  private void assertTree(TarBytes tar, String... expected) throws IOException {
    List<String> all = new ArrayList<>(ALWAYS);
    all.addAll(List.of(expected));
    assertThat(list(tar)).containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void anEmptyTreeHasTheFoldersThatADeploymentNeeds() throws IOException {
    assertTree(tar());
  }

  @Test
  void etcMovesBelowUsr() throws IOException {
    assertTree(
        tar().folder("etc", 0700).file("etc/passwd", "x").symlink("bin", "usr/bin"),
        "bin",
        "usr/",
        "usr/etc/",
        "usr/etc/passwd");
  }

  @Test
  void etcLiesOverWhatIsBelowUsrAlready() throws IOException {
    TarBytes tar = tar().folder("usr").folder("usr/etc").file("usr/etc/a", "old");
    tar.file("usr/etc/b", "b").folder("usr/etc/d").file("usr/etc/d/1", "1");
    tar.folder("etc").file("etc/a", "new").folder("etc/d").file("etc/d/2", "2");
    FlatTree flat = store.flatten(tar.close());
    FlatTree tree = OstreeLayout.of(flat);
    assertThat(tree.find(path("usr/etc/a"))).isEqualTo(flat.find(path("etc/a")));
    assertThat(tree.find(path("usr/etc/b"))).isEqualTo(flat.find(path("usr/etc/b")));
    assertThat(tree.find(path("usr/etc/d/1"))).isPresent();
    assertThat(tree.find(path("usr/etc/d/2"))).isPresent();
    assertThat(flat.find(path("usr/etc/d/2"))).as("the image's own tree stays").isEmpty();
  }

  private static byte[] path(String path) {
    return path.getBytes(ISO_8859_1);
  }

  @Test
  void whatBelongsToRunTimeIsLeftOutAndTheRestStays() throws IOException {
    FlatTree flat = store.flatten(atRunTime().close());
    assertTree(atRunTime(), "var/lib/", "var/lib/data", "boot/", "boot/vmlinuz");
    FlatNode.Folder tmp = (FlatNode.Folder) OstreeLayout.of(flat).find(path("tmp")).orElseThrow();
    assertThat(tmp.meta())
        .isEqualTo(((FlatNode.Folder) flat.find(path("tmp")).orElseThrow()).meta());
  }

  private static TarBytes atRunTime() {
    TarBytes tar = tar().folder("tmp", 01777).file("tmp/left", "x").folder("run").file("run/l", "");
    tar.folder("sysroot").file("sysroot/f", "x").file("ostree", "not a link").folder("var");
    tar.folder("var/lib").file("var/lib/data", "x").folder("boot").file("boot/vmlinuz", "k");
    return tar;
  }

  @Test
  void emptyFilesOfContainerBuildersGo() throws IOException {
    assertTree(
        tar().folder("etc").file("etc/hostname", "").file("etc/resolv.conf", ""),
        "usr/",
        "usr/etc/");
    assertTree(
        tar().folder("etc").file("etc/hostname", "os").symlink("etc/resolv.conf", "../run/r"),
        "usr/",
        "usr/etc/",
        "usr/etc/hostname",
        "usr/etc/resolv.conf");
  }

  @Test
  void theOneKernelIsNamed() throws IOException {
    assertThat(OstreeLayout.kernel(store.flatten(modules().close()))).isEqualTo("6.1.0");
    TarBytes two = modules().file("usr/lib/modules/5.9/vmlinuz", "another");
    assertThat(OstreeLayout.kernel(store.flatten(two.close()))).isNull();
    assertThat(OstreeLayout.kernel(store.flatten(tar().close()))).isNull();
  }

  private static TarBytes modules() {
    TarBytes tar = tar().folder("usr").folder("usr/lib").folder("usr/lib/modules");
    tar.folder("usr/lib/modules/6.1.0").file("usr/lib/modules/6.1.0/vmlinuz", "k");
    return tar.folder("usr/lib/modules/5.9").file("usr/lib/modules/5.9/modules.dep", "");
  }

  @Test
  void whatOstreeCannotStoreIsNamed() {
    assertThatThrownBy(() -> list(tar().folder("opt").device('3', "opt/null", 1, 3)))
        .isInstanceOf(NotAbsorbableException.class)
        .hasMessageContaining("'opt/null'");
    assertThatThrownBy(() -> list(tar().file("caf\u00e9", "latin 1")))
        .isInstanceOf(NotAbsorbableException.class)
        .hasMessageContaining("not UTF-8");
    assertThatThrownBy(() -> list(tar().file("etc", "x")))
        .isInstanceOf(NotAbsorbableException.class)
        .hasMessageContaining("/etc");
    assertThatThrownBy(() -> list(tar().file("usr", "x").folder("etc")))
        .isInstanceOf(NotAbsorbableException.class)
        .hasMessageContaining("/usr");
  }
}
