package io.deltaport.image.update;

import io.deltaport.image.update.UpdatePlan.Step;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/** Finds the deltas that lead from one image to another with the fewest bytes. */
final class DeltaChains {
  private final Map<String, List<Step>> byStart = new HashMap<>();

  /** How the end of a chain was reached: its last step, none at the start. */
  private record Reached(String image, long bytes, Step last) {}

  DeltaChains(Collection<Step> deltas) {
    for (Step delta : deltas) {
      byStart.computeIfAbsent(delta.from(), from -> new ArrayList<>()).add(delta);
    }
  }

  /** Returns the steps in order, empty when no deltas lead there. */
  Optional<List<Step>> cheapest(String from, String to) {
    Map<String, Reached> settled = new HashMap<>();
    PriorityQueue<Reached> open = new PriorityQueue<>(Comparator.comparingLong(Reached::bytes));
    open.add(new Reached(from, 0, null));
    while (!open.isEmpty()) {
      Reached next = open.remove();
      if (settled.putIfAbsent(next.image(), next) != null) {
        continue;
      }
      if (next.image().equals(to)) {
        return Optional.of(steps(next, settled)).filter(steps -> !steps.isEmpty());
      }
      for (Step delta : byStart.getOrDefault(next.image(), List.of())) {
        open.add(new Reached(delta.to(), next.bytes() + delta.bytes(), delta));
      }
    }
    return Optional.empty();
  }

  private static List<Step> steps(Reached end, Map<String, Reached> settled) {
    Deque<Step> steps = new ArrayDeque<>();
    for (Reached at = end; at.last() != null; at = settled.get(at.last().from())) {
      steps.addFirst(at.last());
    }
    return List.copyOf(steps);
  }
}
