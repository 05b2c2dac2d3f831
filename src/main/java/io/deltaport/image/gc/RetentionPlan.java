package io.deltaport.image.gc;

import io.deltaport.meta.gc.RepositoryContent;
import io.deltaport.meta.gc.RepositoryContent.Child;
import io.deltaport.meta.gc.RepositoryContent.Delta;
import io.deltaport.meta.gc.RepositoryContent.Manifest;
import io.deltaport.meta.gc.RepositoryContent.Tag;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a rule removes from a repository.
 *
 * <p>A manifest stays when a kept tag points at it, when it is young or was pulled, when it is in
 * an index that stays, or when it refers to a manifest that stays: signatures and deltas follow
 * their images. A delta that leads to such a manifest keeps its source, too, but not the deltas
 * that lead to that source: else every release would keep the one before it for ever.
 */
record RetentionPlan(List<Tag> tags, List<Manifest> manifests) {

  /** Decides what goes. */
  static RetentionPlan of(RepositoryContent content, RetentionRule rule) {
    return new Decision(content, rule).plan();
  }

  boolean isEmpty() {
    return tags.isEmpty() && manifests.isEmpty();
  }

  /** Works on one repository. Not thread-safe. */
  private static final class Decision {
    private final RepositoryContent content;
    private final RetentionRule rule;
    private final Map<String, Manifest> manifests = new HashMap<>();
    private final Map<String, List<String>> followers = new HashMap<>();
    private final Map<String, Delta> artifacts = new HashMap<>();
    private final Set<String> kept = new HashSet<>();

    Decision(RepositoryContent content, RetentionRule rule) {
      this.content = content;
      this.rule = rule;
      content.manifests().forEach(manifest -> manifests.put(manifest.digest(), manifest));
      content.deltas().forEach(delta -> artifacts.put(delta.artifact(), delta));
      for (Child child : content.children()) {
        follow(child.index(), child.digest());
      }
      for (Manifest manifest : content.manifests()) {
        // Artifacts of deltas follow two images; see keepArtifacts.
        if (manifest.subject() != null && !artifacts.containsKey(manifest.digest())) {
          follow(manifest.subject(), manifest.digest());
        }
      }
    }

    private void follow(String leader, String follower) {
      followers.computeIfAbsent(leader, key -> new ArrayList<>()).add(follower);
    }

    RetentionPlan plan() {
      Set<String> pulled = pulled();
      List<Tag> doomed = new ArrayList<>();
      for (int i = 0; i < content.tags().size(); i++) {
        Tag tag = content.tags().get(i);
        if (keeps(tag, i, pulled)) {
          keep(tag.digest());
        } else {
          doomed.add(tag);
        }
      }
      for (Manifest manifest : content.manifests()) {
        if (rule.keepUntagged() || manifest.young() || pulled.contains(manifest.digest())) {
          keep(manifest.digest());
        }
      }
      if (rule.keepDeltas()) {
        content.deltas().stream()
            .filter(delta -> kept.contains(delta.target()))
            .map(Delta::source)
            .toList()
            .forEach(this::keep);
      }
      keepArtifacts();
      return new RetentionPlan(
          doomed, content.manifests().stream().filter(m -> !kept.contains(m.digest())).toList());
    }

    private boolean keeps(Tag tag, int rank, Set<String> pulled) {
      return !rule.choosesTags()
          || tag.young()
          || rank < rule.keepLast()
          || rule.keepsTag(tag.name())
          || pulled.contains(tag.digest());
    }

    /** Whoever asks for a delta is about to run its target; whoever runs a part runs the index. */
    private Set<String> pulled() {
      Set<String> pulled = new HashSet<>();
      for (Manifest manifest : content.manifests()) {
        if (rule.keepsPulled(manifest.pulledDaysAgo())) {
          Delta delta = artifacts.get(manifest.digest());
          pulled.add(delta == null ? manifest.digest() : delta.target());
        }
      }
      for (Child child : content.children()) {
        if (pulled.contains(child.digest())) {
          pulled.add(child.index());
        }
      }
      return pulled;
    }

    private void keep(String digest) {
      Deque<String> work = new ArrayDeque<>(List.of(digest));
      while (!work.isEmpty()) {
        String next = work.pop();
        if (manifests.containsKey(next) && kept.add(next)) {
          work.addAll(followers.getOrDefault(next, List.of()));
        }
      }
    }

    private void keepArtifacts() {
      for (Delta delta : content.deltas()) {
        if (kept.contains(delta.source()) && kept.contains(delta.target())) {
          keep(delta.artifact());
        }
      }
    }
  }
}
