package io.deltaport.image.repack;

import io.deltaport.delta.SourceCatalog;
import io.deltaport.delta.SourceFile;
import io.deltaport.delta.SourceFinder;
import io.deltaport.delta.TargetPart;
import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectReader;
import io.deltaport.store.Storage;
import io.deltaport.util.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds for the files that an image has no more those that took their place, as deltas do, but the
 * other way round.
 */
final class Pairs {
  /** Longer files are left as they are: both are in memory, compressed and as a dictionary. */
  static final int FILE_BYTES_MAX = 32 << 20;

  private Pairs() {}

  /** Returns the newer object by the older one. */
  static Map<Checksum, Checksum> find(
      TreeFiles older, TreeFiles newer, ObjectReader objects, Progress progress)
      throws IOException {
    Set<Checksum> kept = newer.locations().keySet();
    List<SourceFile> sources = new ArrayList<>();
    for (TreeFiles.Entry file : newer.files()) {
      if (file.length() <= FILE_BYTES_MAX) {
        sources.add(new SourceFile(text(file), file.object(), file.length()));
      }
    }
    List<TargetPart> targets = new ArrayList<>();
    for (TreeFiles.Entry file : older.files()) {
      boolean based = older.locations().get(file.object()).storage() == Storage.AGAINST_BASE;
      if (!based && (kept.contains(file.object()) || file.length() <= FILE_BYTES_MAX)) {
        targets.add(new TargetPart.Content(file.path(), file.object(), 0, file.length()));
      }
    }
    SourceFinder finder =
        SourceFinder.of(new SourceCatalog(sources), targets, objects, 1, progress);
    Map<Checksum, Checksum> pairs = new LinkedHashMap<>();
    for (TreeFiles.Entry file : older.files()) {
      boolean based = older.locations().get(file.object()).storage() == Storage.AGAINST_BASE;
      if (!based && !kept.contains(file.object()) && file.length() <= FILE_BYTES_MAX) {
        finder
            .older(file.object(), text(file), file.length())
            .filter(source -> !source.object().equals(file.object()))
            .ifPresent(source -> pairs.putIfAbsent(file.object(), source.object()));
      }
    }
    return pairs;
  }

  /** Returns the path as the matching of names takes it. */
  static String text(TreeFiles.Entry file) {
    return new String(file.path(), StandardCharsets.UTF_8);
  }
}
