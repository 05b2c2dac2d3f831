package io.deltaport.meta.gc;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** The sweeps from commits and deltas down to recipes. Thread-safe. */
@ApplicationScoped
public class RowSweeps {
  private final List<Sweep> inOrder;

  RowSweeps(
      SentObjectSweep sentObjects,
      ImportedCommitSweep importedCommits,
      DeltaSweep deltas,
      StaticDeltaSweep staticDeltas,
      LinkSweep links,
      BlobSweep blobs,
      TreeSweep trees,
      LayerSweep layers,
      RecipeSweep recipes) {
    inOrder =
        List.of(
            sentObjects,
            importedCommits,
            deltas,
            staticDeltas,
            links,
            blobs,
            trees,
            layers,
            recipes);
  }

  /** Returns them so that what one removes is garbage for the next. */
  public List<Sweep> inOrder() {
    return inOrder;
  }
}
