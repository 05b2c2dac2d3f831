package io.deltaport.image.scrub;

import io.deltaport.layer.RecipeFormatException;
import io.deltaport.layer.RecipeReader;
import io.deltaport.layer.RecipeRecord;
import io.deltaport.layer.blob.BlobMaker;
import io.deltaport.meta.BlobRecipes;
import io.deltaport.meta.Database;
import io.deltaport.meta.ScrubRows;
import io.deltaport.meta.ScrubRows.FileRow;
import io.deltaport.meta.StoredObjects;
import io.deltaport.oci.Digest;
import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectIndex;
import io.deltaport.store.ObjectLocation;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.NoSuchFileException;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.jboss.logging.Logger;

/** What a blob without a file is made of. Thread-safe. */
@ApplicationScoped
class BlobParts {
  private static final Logger LOG = Logger.getLogger(BlobParts.class);

  private final Database database;
  private final ScrubRows rows;
  private final BlobRecipes blobRows;
  private final StoredObjects objects;
  private final BlobRecipeScrub blobRecipes;
  private final RecipeScrub recipes;
  private final PackScrub packs;

  BlobParts(
      Database database,
      ScrubRows rows,
      BlobRecipes blobRows,
      StoredObjects objects,
      BlobRecipeScrub blobRecipes,
      RecipeScrub recipes,
      PackScrub packs) {
    this.database = database;
    this.rows = rows;
    this.blobRows = blobRows;
    this.objects = objects;
    this.blobRecipes = blobRecipes;
    this.recipes = recipes;
    this.packs = packs;
  }

  /**
   * Looks at every file that the blob is made of, and makes it when all of them are whole. Returns
   * whether anything is damaged; it is out of use then.
   */
  boolean check(Pass pass, String blob) throws IOException {
    String diffId = database.transact(session -> blobRows.diffId(session, blob));
    if (diffId == null) {
      return false;
    }
    boolean damaged = check(pass, blobRecipes, blob);
    for (String pack : packs(pass, Digest.parse(diffId))) {
      damaged |= check(pass, packs, pack);
    }
    // Last, because it notices objects that were lost with their packs.
    damaged |= check(pass, recipes, diffId);
    return damaged || isWrong(pass, blob);
  }

  private boolean check(Pass pass, FileScrub scrub, String name) throws IOException {
    FileRow row = database.transact(session -> rows.file(session, scrub.table(), name));
    return row != null && scrub.check(pass, row);
  }

  /**
   * Returns the packs that the tar's objects lie in; of a damaged recipe those that it tells of.
   */
  private Set<String> packs(Pass pass, Digest diffId) throws IOException {
    Set<String> found = new TreeSet<>();
    Set<Checksum> batch = new HashSet<>();
    try (RecipeReader recipe = RecipeReader.open(pass.driver(), diffId)) {
      for (RecipeRecord next = recipe.next(); next != null; next = recipe.next()) {
        if (next instanceof RecipeRecord.Content content && batch.add(content.object())) {
          if (batch.size() == ObjectIndex.BATCH_MAX) {
            addPacks(batch, found);
          }
        }
      }
    } catch (RecipeFormatException | NoSuchFileException e) {
      LOG.debugf(e, "The recipe %s is looked at next", diffId);
    }
    addPacks(batch, found);
    return found;
  }

  private void addPacks(Set<Checksum> batch, Set<String> found) {
    for (ObjectLocation location : objects.find(batch).values()) {
      found.add(location.pack());
      if (location.base() != null) {
        found.add(location.base().location().pack());
      }
    }
    batch.clear();
  }

  private boolean isWrong(Pass pass, String blob) throws IOException {
    try {
      BlobMaker maker = new BlobMaker(pass.driver(), objects);
      if (maker.isMadeAgain(Digest.parse(blob), made -> {})) {
        return false;
      }
      blobRecipes.dropWrong(pass, blob);
      return true;
    } catch (InterruptedIOException | ClosedByInterruptException e) {
      throw e;
    } catch (IOException e) {
      // What is missing was reported by whoever met it; a disk that fails now may not fail later.
      LOG.warnf("The blob %s cannot be made for the scrub: %s", blob, e.getMessage());
      return false;
    }
  }
}
