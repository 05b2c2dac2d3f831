package io.deltaport.layer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltaport.oci.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.Test;

/** A layer of changes on top of one image makes the other one. */
final class ChangesLayerTest {
  private static final String[] NAMES = {"a", "b", "long" + "g".repeat(120), "\u00e9"};

  /** Makes the layer and returns it; checks that it leads from one image to the other. */
  private static byte[] change(List<byte[]> source, List<byte[]> target)
      throws IOException, NotRestackableException {
    Path folder = Files.createTempDirectory("deltaport");
    try (LayerHarness harness = new LayerHarness(folder)) {
      FlatTree before = harness.flatten(source.toArray(byte[][]::new));
      FlatTree after = harness.flatten(target.toArray(byte[][]::new));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      List<Digest> layers = target.stream().map(Digest::sha256).toList();
      ChangesLayer.write(before, after, harness.driver(), layers, harness.objects(), out);
      byte[] layer = out.toByteArray();
      List<byte[]> stack = new ArrayList<>(source);
      stack.add(layer);
      FlatTree made = harness.flatten(stack.toArray(byte[][]::new));
      assertThat(list(made)).isEqualTo(list(after));
      return layer;
    } finally {
      FileUtils.deleteDirectory(folder.toFile());
    }
  }

  private static List<String> list(FlatTree tree) throws IOException {
    List<String> lines = new ArrayList<>();
    tree.walk(
        (path, node) ->
            lines.add(
                new String(path, ISO_8859_1).replaceAll("g{10,}", "G")
                    + " "
                    + (node instanceof FlatNode.File file
                        ? file.kind() + " " + file.object().hex().substring(0, 8)
                        : "folder " + ((FlatNode.Folder) node).meta().hex().substring(0, 8))));
    return lines;
  }

  private static String path(Random random) {
    String path = NAMES[random.nextInt(NAMES.length)];
    for (int depth = random.nextInt(3); depth > 0; depth--) {
      path += "/" + NAMES[random.nextInt(NAMES.length)];
    }
    return path;
  }

  private static byte[] layer(Random random) {
    TarBytes tar = new TarBytes();
    for (int i = random.nextInt(8); i > 0; i--) {
      String path = path(random);
      tar.mode(random.nextBoolean() ? 0644 : 0600).owner(random.nextInt(2), 0);
      if (random.nextInt(4) == 0) {
        tar.xattr("user.note", "n" + random.nextInt(2));
      }
      switch (random.nextInt(7)) {
        case 0 -> tar.folder(path, random.nextBoolean() ? 0755 : 0700);
        case 1 -> tar.symlink(path, path(random));
        case 2 -> tar.file(path.replaceAll("([^/]*)$", ".wh.$1"), "");
        case 3 -> tar.file(path + "/.wh..wh..opq", "");
        case 4 -> tar.hardLink(path, path(random));
        default -> tar.file(path, "x".repeat(random.nextInt(3) * 300));
      }
    }
    return tar.close();
  }

  @Property(tries = 400)
  void whatIsPutOnTopMakesTheOtherTree(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    List<byte[]> source = List.of(layer(random), layer(random));
    List<byte[]> target = List.of(layer(random), layer(random), layer(random));
    try {
      change(source, target);
    } catch (NotAbsorbableException e) {
      // These layers make no image.
    } catch (NotRestackableException e) {
      assertThat(e).hasMessageEndingWith(".");
    }
  }

  @Test
  void onlyWhatDiffersIsInTheLayer() throws IOException, NotRestackableException {
    byte[] base =
        new TarBytes()
            .folder("usr", 0711)
            .file("usr/same", "s".repeat(5_000))
            .file("usr/old", "o")
            .folder("gone")
            .file("gone/file", "g")
            .file("kind", "k")
            .close();
    byte[] next =
        new TarBytes()
            .folder("usr", 0711)
            .file("usr/same", "s".repeat(5_000))
            .owner(7, 8)
            .xattr("user.note", "kept")
            .file("usr/new", "n")
            .owner(0, 0)
            .hardLink("usr/link", "usr/new")
            .folder("kind")
            .file("kind/inside", "i")
            .close();

    String layer = new String(change(List.of(base), List.of(next)), ISO_8859_1);

    assertThat(layer)
        .contains("usr/new", "usr/link", "user.note=kept", ".wh.gone", "usr/.wh.old", "kind/inside")
        .doesNotContain("usr/same", "sssss", "gone/file");
    assertThat(new String(change(List.of(base), List.of(base)), ISO_8859_1).strip())
        .as("nothing but the end of the archive")
        .matches("\0*");
  }

  @Test
  void aLinkBringsItsTargetAlong() throws IOException, NotRestackableException {
    byte[] base = new TarBytes().file("target", "content").close();
    byte[] next = new TarBytes().file("target", "content").hardLink("link", "target").close();

    assertThat(new String(change(List.of(base), List.of(next)), ISO_8859_1)).contains("content");
  }

  @Test
  void aLinkToWhatALaterLayerReplacesIsRefused() {
    byte[] base = new TarBytes().file("other", "o").close();
    byte[] bottom = new TarBytes().file("target", "first").hardLink("link", "target").close();
    byte[] top = new TarBytes().file("target", "second").close();

    assertThatThrownBy(() -> change(List.of(base), List.of(bottom, top)))
        .isInstanceOf(NotRestackableException.class)
        .hasMessageContaining("'link' is a hard link to 'target'");
  }
}
