package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.it.LayoutBuilder.Compression;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Images with everything that makes a tree hard to update: hard links, files over 100 MiB, holes,
 * extended attributes, names of any bytes and of 4,000 bytes, device nodes, whiteouts, opaque
 * folders, files that become folders and back.
 */
class NastyTreeIT {
  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private static Release release;
  private static Path oldTree;

  @BeforeAll
  static void push() throws IOException {
    Clients.requireRoot();
    Clients.require("skopeo");
    Path work = FOLDER.fresh();
    Command.program("bash", Path.of("src/test/resources/nasty-trees.sh").toAbsolutePath(), work)
        .ok();
    Layout layout =
        new LayoutBuilder(work.resolve("layout"))
            .tar(work.resolve("v1-base.tar"), Compression.NONE)
            .tar(work.resolve("v1-top.tar"), Compression.GZIP)
            .image("v1")
            .tar(work.resolve("v2-base.tar"), Compression.ZSTD)
            .tar(work.resolve("v2-top.tar"), Compression.NONE)
            .image("v2")
            .build();
    oldTree = work.resolve("old");
    release = Release.push(Registry.fresh(), layout, "v1", "v2");
  }

  @Test
  void everyLayerIsAbsorbed() {
    ImageState image = ImageState.awaitSettled(release.registry(), "stable");
    assertThat(image.state()).as(image.reason()).isEqualTo("absorbed");
  }

  @Test
  void theDeltaRebuildsBothLayers() throws IOException, InterruptedException {
    Delta delta = release.delta();
    assertThat(delta.parts("image-layer")).hasSize(2);
    Path work = FOLDER.fresh();
    TarPatch.assertRebuilds(delta, release.target(), oldTree, work);
  }

  @Test
  void theDeltaIsSmall() {
    // Half a million single bytes of the big file and less than 500 kB of content that has no
    // source, of some 118 MB that compress to nothing less.
    assertThat(release.delta().transferBytes()).isLessThan(2 << 20);
  }
}
