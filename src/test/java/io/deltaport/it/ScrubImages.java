package io.deltaport.it;

import io.deltaport.it.LayoutBuilder.Compression;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Releases of a real operating system, in the shapes that scrubbing meets. */
final class ScrubImages {
  /** Tags of the layout. */
  static final List<String> TAGS = List.of("plain", "v1", "v2", "v1-layers");

  private ScrubImages() {}

  /** Builds images from a part of a system, so that a pass takes seconds. */
  static Layout build(Path folder) throws IOException {
    Path first = part(folder, "v1");
    Path second = part(folder, "v2");
    Path etc = folder.resolve("etc.tar");
    Command.program("tar", "-C", folder.resolve("v1"), "--sort=name", "-cf", etc, "./etc").ok();
    return new LayoutBuilder(folder.resolve("oci"))
        .tar(first, Compression.NONE)
        .image("plain")
        .tar(first, Compression.GZIP)
        .image("v1")
        .tar(second, Compression.GZIP)
        .image("v2")
        .tar(first, Compression.ZSTD)
        .tar(etc, Compression.GZIP)
        .image("v1-layers")
        .build();
  }

  private static Path part(Path folder, String release) throws IOException {
    Path layer = Trees.small().folder().resolve(release + "-layers/1.tar");
    Path tree = Files.createDirectory(folder.resolve(release));
    Command.program("tar", "-C", tree, "-xf", layer, "./etc", "./usr/sbin").ok();
    Path tar = folder.resolve(release + ".tar");
    Command.program("tar", "-C", tree, "--sort=name", "-cf", tar, ".").ok();
    return tar;
  }
}
