package io.deltaport.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.it.LayoutBuilder.Compression;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Garbage is collected around blobs whose files are gone. */
class ColdLifeIT {
  private static final int LAYERS = 4;
  private static final List<Compression> COMPRESSIONS = List.of(Compression.values());
  private static final int FILE_BYTES = 400_000;

  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  private final Random random = new Random();

  private Layout image(Path folder) throws IOException {
    LayoutBuilder builder = new LayoutBuilder(folder.resolve("oci"));
    for (int layer = 0; layer < LAYERS; layer++) {
      Path tree = Files.createDirectory(folder.resolve("tree" + layer));
      for (int i = 0; i < 5; i++) {
        byte[] content = new byte[FILE_BYTES];
        for (int at = 0; at < content.length; at++) {
          content[at] = (byte) random.nextInt(20);
        }
        Files.write(tree.resolve("file" + layer + i), content);
      }
      Path tar = folder.resolve(layer + ".tar");
      Command.program("tar", "-C", tree, "-cf", tar, ".").ok();
      builder.tar(tar, COMPRESSIONS.get(layer % COMPRESSIONS.size()));
    }
    return builder.image("v1").build();
  }

  @Test
  void garbageLeavesWhatAColdBlobNeeds() throws Exception {
    Path data = FOLDER.fresh().resolve("data");
    Layout first = image(FOLDER.fresh());
    Layout second = image(FOLDER.fresh());
    try (GcServer gc = GcServer.start(data, "deltaport.blob.cache", "0")) {
      ColdServer server = new ColdServer(gc.process());
      Skopeo.push(first, "v1", gc.process(), "cold/os:first");
      Skopeo.push(second, "v1", gc.process(), "other/os:second");
      server.awaitCold(first.image("v1").layers());
      server.awaitCold(second.image("v1").layers());
      gc.collectAll();
      assertThat(Skopeo.pull(gc.process(), "cold/os:first", FOLDER.fresh()))
          .isEqualTo(first.image("v1"));

      delete(server.registry("cold/os"), first.image("v1").manifest());
      gc.collectAll();
      assertThat(first.image("v1").layers()).noneMatch(l -> Files.exists(server.recipe(l)));
      assertThat(Skopeo.pull(gc.process(), "other/os:second", FOLDER.fresh()))
          .isEqualTo(second.image("v1"));

      delete(server.registry("other/os"), second.image("v1").manifest());
      gc.collectAll();
      for (String folder : List.of("blobs", "blob-recipes", "recipes", "packs")) {
        assertThat(gc.files(folder)).as(folder).isEmpty();
      }
      assertThat(gc.number("select count(*) from blob_recipe")).isZero();
    }
  }

  private static void delete(Registry registry, String manifest) {
    assertThat(registry.request().delete(registry.path("manifests/" + manifest)).statusCode())
        .isEqualTo(202);
  }
}
