package io.deltaport.image.gc;

import io.deltaport.meta.gc.Tally;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run removed, or would remove.
 *
 * @param removed what went; in a dry run what would go now
 * @param waiting garbage that the grace period or a lease still protects
 * @param partlyDeadPacks packs that hold objects which nothing needs, beside others; bytes of these
 * @param notes for people: what kept the run from doing more
 */
public record GcReport(
    boolean dryRun,
    List<Item> removed,
    List<Item> waiting,
    Tally partlyDeadPacks,
    List<String> notes) {

  /**
   * Things of one kind that go for the same reason.
   *
   * @param bytes what they take in the store; a blob is counted with its row and, when it is
   *     unlinked later, with its file
   */
  public record Item(String kind, String reason, long count, long bytes) {}

  /** Collects a report. Not thread-safe. */
  static final class Builder {
    /** Notes in one report: more say nothing new. */
    private static final int NOTES_MAX = 50;

    private record Key(String kind, String reason) {}

    private final Map<Key, Tally> removed = new LinkedHashMap<>();
    private final Map<Key, Tally> waiting = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
    private Tally partlyDeadPacks = Tally.NONE;

    void removed(String kind, String reason, Tally tally) {
      removed.merge(new Key(kind, reason), tally, Tally::plus);
    }

    void waiting(String kind, String reason, Tally tally) {
      waiting.merge(new Key(kind, reason), tally, Tally::plus);
    }

    void partlyDeadPacks(Tally tally) {
      partlyDeadPacks = tally;
    }

    void note(String note) {
      if (notes.size() < NOTES_MAX) {
        notes.add(note);
      }
    }

    GcReport build(boolean dryRun) {
      return new GcReport(
          dryRun, items(removed), items(waiting), partlyDeadPacks, List.copyOf(notes));
    }

    private static List<Item> items(Map<Key, Tally> tallies) {
      return tallies.entrySet().stream()
          .filter(entry -> entry.getValue().count() > 0)
          .map(
              entry ->
                  new Item(
                      entry.getKey().kind(),
                      entry.getKey().reason(),
                      entry.getValue().count(),
                      entry.getValue().bytes()))
          .toList();
    }
  }
}
