package io.deltaport.image.scrub;

import io.deltaport.meta.Database;
import io.deltaport.meta.ScrubRows;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** The stages of a pass, in their order. Immutable. */
@ApplicationScoped
class Stages {
  private final List<Stage> all;

  Stages(
      Database database,
      ScrubRows rows,
      BlobScrub blobs,
      PackScrub packs,
      RecipeScrub recipes,
      BlobRecipeScrub blobRecipes,
      ManifestStage manifests,
      RowStage references,
      UnreferencedStage files,
      RepairStage repairs) {
    this.all =
        List.of(
            new FileStage("blobs", blobs, database, rows),
            new FileStage("packs", packs, database, rows),
            new FileStage("recipes", recipes, database, rows),
            new FileStage("blob recipes", blobRecipes, database, rows),
            manifests,
            references,
            files,
            repairs);
  }

  List<Stage> all() {
    return all;
  }
}
