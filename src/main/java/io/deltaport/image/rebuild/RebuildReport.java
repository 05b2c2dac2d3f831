package io.deltaport.image.rebuild;

import java.util.List;

/**
 * What the files of a store and the rows about them have in common.
 *
 * @param rebuilt whether rows were written, or only looked for
 * @param packs files with objects; not those that cannot be read
 * @param objects entries in the indexes of the packs: an object may be in several
 * @param recipes files that tell how tars are rebuilt; not those that cannot be read
 * @param layers layers of images of which no row tells what became of them
 * @param blobRecipes files that tell how blobs are made of tars; not those that cannot be read
 * @param wrongObjects rows that tell another place in a pack than the pack itself
 * @param needed objects that recipes or images need, that have no row, and that are in packs: at
 *     least so many; and blobs without files whose blob recipes have no row; 0 after a rebuild
 * @param jobs images whose trees the next server makes again
 * @param mendedCommits imported commits that were broken, and of which every object is there again
 * @param problems files that cannot be read, at most {@link #PROBLEMS_MAX}
 */
public record RebuildReport(
    boolean rebuilt,
    Rows packs,
    Rows objects,
    Rows recipes,
    Rows layers,
    Rows blobRecipes,
    long wrongObjects,
    long needed,
    long jobs,
    long mendedCommits,
    List<String> problems) {
  /** Problems that are told one by one. */
  public static final int PROBLEMS_MAX = 100;

  /**
   * Files or entries of one kind and their rows.
   *
   * @param found how many there are
   * @param withoutRow how many of these had no row
   * @param restored how many rows were written
   */
  public record Rows(long found, long withoutRow, long restored) {}

  /**
   * Says whether rows are missing that something needs, or are wrong: then nothing else must be
   * judged by the rows before they are made again. Files that nothing needs are garbage, and no
   * damage.
   */
  public boolean rowsAreLost() {
    return !rebuilt && (needed > 0 || wrongObjects > 0 || lostLayers());
  }

  private boolean lostLayers() {
    return recipes.withoutRow() > 0 && layers.withoutRow() > 0;
  }

  /** Says whether rows were written that had been lost. */
  public boolean changed() {
    return packs.restored()
                + objects.restored()
                + recipes.restored()
                + layers.restored()
                + blobRecipes.restored()
            > 0
        || mendedCommits > 0;
  }
}
