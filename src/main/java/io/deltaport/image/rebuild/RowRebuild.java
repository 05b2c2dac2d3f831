package io.deltaport.image.rebuild;

import io.deltaport.image.rebuild.PackRows.Found;
import io.deltaport.image.rebuild.PackRows.Restored;
import io.deltaport.image.rebuild.RebuildReport.Rows;
import io.deltaport.job.JobKind;
import io.deltaport.job.JobRequest;
import io.deltaport.job.Jobs;
import io.deltaport.meta.Database;
import io.deltaport.meta.RowRestoration;
import io.deltaport.meta.RowRestoration.Treeless;
import io.deltaport.ostree.Checksum;
import io.deltaport.util.Progress;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Compares the rows about packs, objects, recipes and layers with the files, and writes those again
 * that are missing. Thread-safe, but no server must use the store meanwhile: what is written at
 * this moment has no row yet.
 *
 * <p>It may be broken off at any point and begun again.
 */
@ApplicationScoped
public class RowRebuild {
  private static final int PAGE_IMAGES = 500;

  private final Database database;
  private final RowRestoration rows;
  private final PackRows packs;
  private final RecipeRows recipes;
  private final LayerRows layers;
  private final BlobRecipeRows blobRecipes;
  private final CommitRows commits;
  private final Jobs jobs;

  RowRebuild(
      Database database,
      RowRestoration rows,
      PackRows packs,
      RecipeRows recipes,
      LayerRows layers,
      BlobRecipeRows blobRecipes,
      CommitRows commits,
      Jobs jobs) {
    this.database = database;
    this.rows = rows;
    this.packs = packs;
    this.recipes = recipes;
    this.layers = layers;
    this.blobRecipes = blobRecipes;
    this.commits = commits;
    this.jobs = jobs;
  }

  /** Looks what is missing and changes nothing. */
  public RebuildReport check(Progress progress) throws IOException {
    Problems problems = new Problems();
    Set<Checksum> wanted = new HashSet<>();
    Rows recipeRows = recipes.check(false, wanted, problems, progress);
    wanted.addAll(database.transact(session -> rows.absentCommits(session, RecipeRows.WANTED_MAX)));
    Rows blobRows = blobRecipes.check(false, problems, progress);
    Found found = packs.check(wanted, problems, progress);
    return new RebuildReport(
        false,
        new Rows(found.packs, found.packsWithoutRow, 0),
        new Rows(found.objects, found.objectsWithoutRow, 0),
        recipeRows,
        layers.count(),
        blobRows,
        found.wrong,
        found.present.size() + blobRecipes.countLost(),
        0,
        0,
        problems.all());
  }

  /**
   * Writes the rows that are missing. Images without a tree are absorbed again by the next server,
   * which takes what is there.
   */
  public RebuildReport rebuild(Progress progress) throws IOException {
    Problems problems = new Problems();
    Found found = packs.check(Set.of(), problems, progress);
    // First of all, so that nothing is removed on the word of rows that are not there.
    database.transact(rows::forgetUse);
    Restored restored = packs.restore(found.contradicted, progress);
    Rows recipeRows = recipes.check(true, Set.of(), problems, progress);
    Rows layerRows = layers.restore(problems, progress);
    Rows blobRows = blobRecipes.check(true, problems, progress);
    blobRecipes.markCold();
    long mended = commits.mend();
    return new RebuildReport(
        true,
        new Rows(found.packs, found.packsWithoutRow, restored.packs()),
        new Rows(found.objects, found.objectsWithoutRow, restored.objects()),
        recipeRows,
        layerRows,
        blobRows,
        found.wrong,
        0,
        askForTrees(),
        mended,
        problems.all());
  }

  private long askForTrees() {
    long asked = 0;
    long last = 0;
    List<Treeless> page;
    do {
      long after = last;
      page = database.transact(session -> rows.treeless(session, after, PAGE_IMAGES));
      for (Treeless image : page) {
        JobRequest absorb = JobRequest.of(JobKind.ABSORB, image.repository(), null, image.digest());
        database.transact(session -> jobs.enqueue(session, absorb));
        last = image.manifestId();
      }
      asked += page.size();
    } while (page.size() == PAGE_IMAGES);
    return asked;
  }
}
