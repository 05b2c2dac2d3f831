package io.deltaport.image.scrub;

import io.deltaport.meta.Database;
import io.deltaport.meta.ScrubRows;
import io.deltaport.meta.ScrubRows.FileRow;
import io.deltaport.meta.Suspects;
import io.deltaport.meta.Suspects.Suspect;
import io.deltaport.store.driver.Driver;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Looks at once at what readers stumbled over. Thread-safe. */
@ApplicationScoped
class SuspectCheck {
  private static final int PAGE_ROWS = 100;

  private final Database database;
  private final Suspects suspects;
  private final ScrubRows rows;
  private final Driver driver;
  private final ManifestStage manifests;
  private final Map<String, FileScrub> scrubs;

  SuspectCheck(
      Database database,
      Suspects suspects,
      ScrubRows rows,
      Driver driver,
      ManifestStage manifests,
      BlobScrub blobs,
      PackScrub packs,
      RecipeScrub recipes,
      BlobRecipeScrub blobRecipes) {
    this.database = database;
    this.suspects = suspects;
    this.rows = rows;
    this.driver = driver;
    this.manifests = manifests;
    this.scrubs =
        Map.of(
            BlobScrub.KIND,
            blobs,
            PackScrub.KIND,
            packs,
            RecipeScrub.KIND,
            recipes,
            BlobRecipeScrub.KIND,
            blobRecipes);
  }

  /**
   * Looks at what was reported; returns whether something is really damaged.
   *
   * @param run the pass that findings belong to, 0 for none
   */
  boolean check(long run) throws IOException {
    List<Suspect> reported = database.transact(session -> suspects.list(session, PAGE_ROWS));
    Pass pass = Pass.of(run, driver, 0, true);
    boolean damaged = false;
    for (Suspect suspect : reported) {
      FileScrub scrub = scrubs.get(suspect.kind());
      damaged |=
          scrub == null
              ? manifests.check(pass, suspect.name())
              : check(pass, scrub, suspect.name());
      database.transact(session -> suspects.forget(session, suspect));
    }
    return damaged;
  }

  private boolean check(Pass pass, FileScrub scrub, String name) throws IOException {
    FileRow row = database.transact(session -> rows.file(session, scrub.table(), name));
    return row != null && scrub.checkSuspect(pass, row);
  }
}
