package io.deltaport.it;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The tool that tar-diffs come from applies ours to the real old tree: the layer is rebuilt. */
class TarPatchIT {
  @RegisterExtension static final WorkFolder FOLDER = new WorkFolder();

  @Test
  void rebuildsTheOneLayer() throws IOException, InterruptedException {
    assertRebuilds(Release.ofOneLayer());
  }

  @Test
  void rebuildsEachOfSeveralLayers() throws IOException, InterruptedException {
    assertRebuilds(Release.ofLayers());
  }

  private static void assertRebuilds(Release release) throws IOException, InterruptedException {
    Clients.require("tar-patch");
    Path work = FOLDER.fresh();
    Path tree = TarPatch.extract(release.layout(), release.sourceTag(), work);
    TarPatch.assertRebuilds(release.delta(), release.target(), tree, work);
  }
}
