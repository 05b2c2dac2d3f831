package io.deltaport.cli;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.Commit;
import io.deltaport.ostree.ObjectName;
import io.deltaport.ostree.ObjectType;
import io.deltaport.ostree.repo.LocalFiles;
import io.deltaport.ostree.repo.RepoMode;
import io.deltaport.ostree.repo.RepoReader;
import io.deltaport.ostree.repo.RepoTree;
import io.deltaport.ostree.repo.RepoWriter;
import io.deltaport.ostree.stream.ObjectStreamReader;
import io.deltaport.ostree.stream.ObjectStreamReader.Entry;
import io.deltaport.util.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes commits of a server into an OSTree repository here. Not thread-safe. Objects that are here
 * are not fetched again; a commit is written after its whole tree.
 */
final class OstreeExport {
  private static final int WORKERS = 3;

  /** Objects of one request: a few hundred megabytes of a usual system. */
  private static final int BATCH_OBJECTS = 1024;

  private final OstreeApi api;
  private final RepoWriter repo;
  private final RepoTree trees;
  private final Progress progress;
  private final AtomicLong objects = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  /** A commit as the server sent it; {@code detached} may be null. */
  private record Fetched(byte[] object, Commit commit, byte[] detached) {}

  OstreeExport(OstreeApi api, Path folder, RepoMode mode, Progress progress) throws IOException {
    this.api = api;
    this.repo = RepoWriter.open(folder, mode);
    this.trees = new RepoTree(RepoReader.open(new LocalFiles(folder)));
    this.progress = progress;
  }

  long objectsFetched() {
    return objects.get();
  }

  long bytesFetched() {
    return bytes.get();
  }

  /**
   * Exports a commit and those before it that the server has.
   *
   * @param depth commits before it that are taken too; negative for all
   * @return how many commits were written
   */
  int commits(Checksum tip, int depth) throws IOException {
    Map<Checksum, Fetched> line = new LinkedHashMap<>();
    Checksum next = tip;
    for (int i = 0; next != null && (depth < 0 || i <= depth); i++) {
      Fetched fetched = i == 0 ? fetch(next) : tryFetch(next);
      if (fetched == null) {
        break;
      }
      line.put(next, fetched);
      next = fetched.commit().parent().orElse(null);
    }
    int written = 0;
    for (Map.Entry<Checksum, Fetched> commit : List.copyOf(line.entrySet()).reversed()) {
      written += write(commit.getKey(), commit.getValue()) ? 1 : 0;
    }
    return written;
  }

  void ref(String name, Checksum commit) throws IOException {
    repo.ref(name, commit);
  }

  private Fetched tryFetch(Checksum checksum) throws IOException {
    ObjectName name = new ObjectName(ObjectType.COMMIT, checksum);
    return api.missing(List.of(name)).isEmpty() ? fetch(checksum) : null;
  }

  private Fetched fetch(Checksum checksum) throws IOException {
    try (ObjectStreamReader in = api.commit(checksum)) {
      Entry entry = in.next();
      if (entry == null || !entry.name().equals(new ObjectName(ObjectType.COMMIT, checksum))) {
        throw new CliException("the server sent something else than the commit " + checksum);
      }
      byte[] object = read(entry);
      Entry more = in.next();
      byte[] detached = more == null ? null : read(more);
      if (in.next() != null || !Checksum.of(object).equals(checksum)) {
        throw new CliException("the server sent something else than the commit " + checksum);
      }
      return new Fetched(object, Commit.decode(object), detached);
    }
  }

  private static byte[] read(Entry entry) throws IOException {
    if (entry.length() > RepoReader.METADATA_BYTES_MAX) {
      throw new CliException("the object " + entry.name() + " is too long");
    }
    return entry.content().readAllBytes();
  }

  private boolean write(Checksum checksum, Fetched fetched) throws IOException {
    ObjectName name = new ObjectName(ObjectType.COMMIT, checksum);
    boolean isNew = !repo.has(name);
    if (isNew) {
      fetchTree(checksum, fetched.commit());
    }
    // Signatures may have come since.
    if (fetched.detached() != null) {
      repo.metadata(new ObjectName(ObjectType.COMMITMETA, checksum), fetched.detached());
    }
    if (isNew) {
      repo.metadata(name, fetched.object());
    }
    return isNew;
  }

  /** Fetches dirtrees level by level, then everything that they name. */
  private void fetchTree(Checksum commit, Commit root) throws IOException {
    Set<ObjectName> rest = new HashSet<>();
    rest.add(new ObjectName(ObjectType.DIRMETA, root.meta()));
    Set<Checksum> seen = new HashSet<>();
    Set<Checksum> level = Set.of(root.tree());
    while (!level.isEmpty()) {
      fetch(commit, level.stream().map(tree -> new ObjectName(ObjectType.DIRTREE, tree)).toList());
      Set<Checksum> below = new HashSet<>();
      for (Checksum tree : level) {
        seen.add(tree);
        var folder = trees.folder(tree);
        folder.files().forEach(file -> rest.add(new ObjectName(ObjectType.FILE, file.object())));
        for (var child : folder.folders()) {
          rest.add(new ObjectName(ObjectType.DIRMETA, child.meta()));
          below.add(child.tree());
        }
      }
      below.removeAll(seen);
      level = below;
    }
    fetch(commit, rest);
  }

  private void fetch(Checksum commit, Collection<ObjectName> names) throws IOException {
    List<ObjectName> missing = names.stream().filter(name -> !repo.has(name)).toList();
    Queue<List<ObjectName>> queue = new ConcurrentLinkedQueue<>();
    for (int i = 0; i < missing.size(); i += BATCH_OBJECTS) {
      queue.add(missing.subList(i, Math.min(missing.size(), i + BATCH_OBJECTS)));
    }
    Workers.run(
        Math.min(WORKERS, queue.size()),
        () -> {
          for (List<ObjectName> batch = queue.poll(); batch != null; batch = queue.poll()) {
            fetchBatch(commit, batch);
          }
        });
  }

  private void fetchBatch(Checksum commit, List<ObjectName> names) throws IOException {
    List<ObjectName> got = new ArrayList<>();
    try (ObjectStreamReader in = api.objects(commit, names)) {
      for (Entry entry = in.next(); entry != null; entry = in.next()) {
        if (entry.name().type() == ObjectType.FILE) {
          repo.file(entry.name().checksum(), entry.content(), entry.length());
        } else {
          repo.metadata(entry.name(), read(entry));
        }
        got.add(entry.name());
        objects.incrementAndGet();
        progress.update("fetch", bytes.addAndGet(entry.length()), -1);
      }
    }
    if (!got.equals(names)) {
      throw new CliException("the server did not send all objects that were asked for");
    }
  }
}
