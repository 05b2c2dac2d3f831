package io.deltaport.cli;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Commit;
import io.deltaport.ostree.ObjectName;
import io.deltaport.ostree.ObjectType;
import io.deltaport.ostree.repo.RepoReader;
import io.deltaport.ostree.repo.RepoTree;
import io.deltaport.ostree.stream.ObjectStreamWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Sends commits with their history to a server, then moves the refs. Not thread-safe. May be
 * interrupted and repeated at any point: what the server has is not sent again.
 */
final class OstreeImport {
  private final RepoReader repo;
  private final RepoTree trees;
  private final OstreeApi api;
  private final ObjectBatches batches;

  private Checksum lastCommit;
  private Set<ObjectName> lastObjects = Set.of();

  OstreeImport(RepoReader repo, OstreeApi api, ObjectBatches batches) {
    this.repo = repo;
    this.trees = new RepoTree(repo);
    this.api = api;
    this.batches = batches;
  }

  /**
   * What was done.
   *
   * @param kept refs that follow a tag on the server, and so stayed
   */
  record Report(
      int commits, int knownCommits, SortedMap<String, Checksum> moved, Set<String> kept) {}

  /**
   * Imports refs.
   *
   * @param depth commits before a ref's own that are taken too; negative for all
   */
  Report run(SortedMap<String, Checksum> refs, int depth) throws IOException {
    Map<Checksum, Commit> commits = new LinkedHashMap<>();
    for (Checksum tip : refs.values()) {
      addHistory(tip, depth, commits);
    }
    Set<ObjectName> missing =
        new HashSet<>(api.missing(commits.keySet().stream().map(OstreeImport::name).toList()));
    int sent = 0;
    for (Map.Entry<Checksum, Commit> commit : commits.entrySet()) {
      if (missing.contains(name(commit.getKey()))) {
        Commit parent = commit.getValue().parent().map(commits::get).orElse(null);
        send(commit.getKey(), commit.getValue(), parent);
        sent++;
      } else if (repo.metadata(detached(commit.getKey())).isPresent()) {
        // It may have been signed since.
        sendCommit(commit.getKey());
      }
    }
    return moveRefs(refs, sent, commits.size() - sent);
  }

  private static ObjectName name(Checksum commit) {
    return new ObjectName(ObjectType.COMMIT, commit);
  }

  private static ObjectName detached(Checksum commit) {
    return new ObjectName(ObjectType.COMMITMETA, commit);
  }

  /** Adds a commit and those before it, the oldest first; history may end before its beginning. */
  private void addHistory(Checksum tip, int depth, Map<Checksum, Commit> commits)
      throws IOException {
    List<Map.Entry<Checksum, Commit>> line = new ArrayList<>();
    Checksum next = tip;
    for (int i = 0; next != null && (depth < 0 || i <= depth) && !commits.containsKey(next); i++) {
      if (i > 0 && repo.metadata(name(next)).isEmpty()) {
        break;
      }
      Commit commit = trees.commit(next);
      line.add(Map.entry(next, commit));
      next = commit.parent().orElse(null);
    }
    Collections.reverse(line);
    line.forEach(commit -> commits.put(commit.getKey(), commit.getValue()));
  }

  private void send(Checksum checksum, Commit commit, Commit parent) throws IOException {
    Set<ObjectName> objects = trees.objects(commit);
    Set<ObjectName> open = new HashSet<>(objects);
    if (parent != null) {
      // The server has the parent by now, whose tree needs no proof.
      Checksum before = commit.parent().orElseThrow();
      open.removeAll(before.equals(lastCommit) ? lastObjects : trees.objects(parent));
    }
    batches.send(api.missing(open));
    sendCommit(checksum);
    lastCommit = checksum;
    lastObjects = objects;
  }

  private void sendCommit(Checksum checksum) throws IOException {
    Path file = Files.createTempFile("deltaport", ".commit");
    try {
      try (ObjectStreamWriter writer = new ObjectStreamWriter(Files.newOutputStream(file))) {
        writer.add(name(checksum), trees.required(name(checksum)));
        byte[] detached = repo.metadata(detached(checksum)).orElse(null);
        if (detached != null) {
          writer.add(detached(checksum), detached);
        }
        writer.finish();
      }
      api.sendCommit(file);
    } finally {
      Files.delete(file);
    }
  }

  private Report moveRefs(SortedMap<String, Checksum> refs, int sent, int known) {
    SortedMap<String, OstreeApi.Ref> now = api.refs();
    SortedMap<String, Checksum> moved = new TreeMap<>();
    Set<String> kept = new java.util.TreeSet<>();
    refs.forEach(
        (name, commit) -> {
          OstreeApi.Ref before = now.get(name);
          if (before != null && before.followsTag()) {
            kept.add(name);
          } else if (before == null || !before.commit().equals(commit)) {
            moved.put(name, commit);
          }
        });
    api.change(moved, now);
    return new Report(sent, known, moved, kept);
  }
}
