package io.deltaport.image.repack;

import io.deltaport.layer.AbsorbedLayer;
import io.deltaport.layer.FlatTree;
import io.deltaport.layer.Flattener;
import io.deltaport.layer.LayerAbsorber;
import io.deltaport.layer.LayerLimits;
import io.deltaport.meta.ObjectLinks.Link;
import io.deltaport.ostree.Checksum;
import io.deltaport.store.ObjectLocation;
import io.deltaport.store.driver.FilesystemDriver;
import io.deltaport.store.pack.MemoryObjectIndex;
import io.deltaport.store.pack.PackEntry;
import io.deltaport.store.pack.PackIndexReader;
import io.deltaport.store.pack.PackReader;
import io.deltaport.store.pack.PackRewriter;
import io.deltaport.store.pack.PackVerifier;
import io.deltaport.store.pack.PackWriter;
import io.deltaport.store.pack.PackedObjects;
import io.deltaport.util.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Measures what packs take: as layers are absorbed, compressed harder, with shared frames, and with
 * ancestors. Run it with the classes of tests on the class path, a folder for its work, zstd's
 * level and the tars of releases in their order; {@code bench/packs} does.
 */
public final class PackSizes {
  private final FilesystemDriver driver;
  private final int level;
  private final List<String> packs = new ArrayList<>();
  private final List<String> absorbed = new ArrayList<>();
  private final List<FlatTree> trees = new ArrayList<>();
  private long blobs;

  private PackSizes(FilesystemDriver driver, int level) {
    this.driver = driver;
    this.level = level;
  }

  public static void main(String[] arguments) throws IOException {
    try (FilesystemDriver driver = new FilesystemDriver(Path.of(arguments[0]))) {
      PackSizes sizes = new PackSizes(driver, Integer.parseInt(arguments[1]));
      for (int i = 2; i < arguments.length; i++) {
        sizes.release(Path.of(arguments[i]));
      }
      sizes.compare();
    }
  }

  private MemoryObjectIndex index(List<String> from) throws IOException {
    MemoryObjectIndex index = new MemoryObjectIndex();
    for (String pack : from) {
      index.add(driver, pack);
    }
    return index;
  }

  private long length(List<String> of) throws IOException {
    long length = 0;
    for (String pack : of) {
      length += PackReader.open(driver, pack).length();
    }
    return length;
  }

  private void release(Path tar) throws IOException {
    long start = System.nanoTime();
    blobs += Files.size(tar);
    LayerAbsorber absorber = new LayerAbsorber(driver, index(packs), LayerLimits.DEFAULT);
    AbsorbedLayer layer;
    try (InputStream in = Files.newInputStream(tar)) {
      layer = absorber.absorb(in, Files.size(tar), Progress.NONE);
    }
    layer.pack().ifPresent(pack -> packs.add(pack.id()));
    layer.pack().ifPresent(pack -> absorbed.add(pack.id()));
    Flattener flattener = new Flattener(LayerLimits.DEFAULT);
    flattener.apply(driver, layer.diffId());
    trees.add(flattener.tree());
    say("absorbed " + tar.getFileName(), length(absorbed), start);
    start = System.nanoTime();
    repack();
    say("repacked " + tar.getFileName(), length(packs), start);
  }

  private static void say(String what, long bytes, long start) {
    System.out.printf("%-40s %,13d bytes %6.1f s%n", what, bytes, seconds(start));
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  /** Does what the server does after a release. */
  private void repack() throws IOException {
    MemoryObjectIndex stored = index(packs);
    MemoryObjectIndex known = new MemoryObjectIndex();
    TreeFiles newer = new TreeFiles(trees.getLast(), stored, known);
    ObjectPlan plan = new ObjectPlan();
    plan.name(newer);
    Set<String> changed = new HashSet<>(Set.of(absorbed.getLast()));
    if (trees.size() > 1) {
      TreeFiles older = new TreeFiles(trees.get(trees.size() - 2), stored, known);
      plan.name(older);
      long start = System.nanoTime();
      Map<Checksum, Checksum> pairs =
          Pairs.find(older, newer, PackedObjects.verifying(driver, known), Progress.NONE);
      Ancestry ancestry = new Ancestry(links(), ObjectLocation.ANCESTORS_MAX);
      int linked = 0;
      for (Map.Entry<Checksum, Checksum> pair : pairs.entrySet()) {
        if (ancestry.link(pair.getKey(), pair.getValue())) {
          plan.against(pair.getKey(), pair.getValue());
          changed.add(older.locations().get(pair.getKey()).pack());
          linked++;
        }
      }
      System.out.printf("  %d pairs, %d linked, %.1f s%n", pairs.size(), linked, seconds(start));
    }
    for (String pack : List.copyOf(packs)) {
      if (changed.contains(pack)) {
        rewrite(pack, absorbed.contains(pack), plan);
      }
    }
  }

  private void rewrite(String pack, boolean again, ObjectPlan plan) throws IOException {
    PackedObjects objects = PackedObjects.verifying(driver, index(packs));
    String better =
        new PackRewriter(driver, objects, level, bytes -> {})
            .rewrite(pack, entries(pack), again, plan)
            .orElseThrow()
            .id();
    packs.set(packs.indexOf(pack), better);
    new PackVerifier(driver, index(packs)).verify(better);
  }

  private List<Link> links() throws IOException {
    List<Link> links = new ArrayList<>();
    for (String pack : packs) {
      for (PackEntry entry : entries(pack)) {
        if (entry.base() != null) {
          links.add(new Link(entry.object(), entry.base()));
        }
      }
    }
    return links;
  }

  private List<PackEntry> entries(String pack) throws IOException {
    List<PackEntry> entries = new ArrayList<>();
    try (PackIndexReader index = PackReader.open(driver, pack).index()) {
      for (PackEntry entry = index.next(); entry != null; entry = index.next()) {
        entries.add(entry);
      }
    }
    return entries;
  }

  /** Writes the same objects in the other ways. */
  private void compare() throws IOException {
    Map<String, Long> rows = new LinkedHashMap<>();
    rows.put("tars", blobs);
    rows.put("each object for itself, level 3", length(absorbed));
    rows.put("each object for itself, level " + level, single());
    rows.put("small ones in shared frames, level " + level, shared());
    rows.put("and changed ones against newer ones", length(packs));
    rows.forEach((name, bytes) -> System.out.printf("%-45s %,13d%n", name, bytes));
    Map<String, Integer> storages = new HashMap<>();
    for (String pack : packs) {
      entries(pack).forEach(entry -> storages.merge(entry.storage().name(), 1, Integer::sum));
    }
    System.out.println(storages);
    for (int i = 0; i < trees.size(); i++) {
      read(i);
    }
  }

  private long single() throws IOException {
    long bytes = 0;
    for (String pack : absorbed) {
      PackedObjects objects = PackedObjects.unverified(driver, index(absorbed));
      try (PackWriter writer = new PackWriter(driver, level)) {
        for (PackEntry entry : entries(pack)) {
          try (InputStream in = objects.open(entry.object())) {
            writer.add(entry.object(), entry.kind(), in.readAllBytes());
          }
        }
        bytes += writer.publish().orElseThrow().length();
      }
    }
    return bytes;
  }

  private long shared() throws IOException {
    ObjectPlan plan = new ObjectPlan();
    for (FlatTree tree : trees) {
      plan.name(new TreeFiles(tree, index(absorbed), new MemoryObjectIndex()));
    }
    long bytes = 0;
    for (String pack : absorbed) {
      bytes +=
          new PackRewriter(
                  driver, PackedObjects.verifying(driver, index(absorbed)), level, count -> {})
              .rewrite(pack, entries(pack), true, plan)
              .orElseThrow()
              .length();
    }
    return bytes;
  }

  /** Reads all files of a release in the order of its tree. */
  private void read(int release) throws IOException {
    for (List<String> from : List.of(absorbed, packs)) {
      MemoryObjectIndex known = new MemoryObjectIndex();
      TreeFiles files = new TreeFiles(trees.get(release), index(from), known);
      PackedObjects objects = PackedObjects.verifying(driver, known);
      long start = System.nanoTime();
      long bytes = 0;
      byte[] buffer = new byte[1 << 17];
      for (TreeFiles.Entry file : files.files()) {
        try (InputStream in = objects.open(file.object())) {
          for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
            bytes += got;
          }
        }
      }
      System.out.printf(
          "release %d read from %s packs: %,d bytes, %.1f s, %.0f MB/s%n",
          release + 1,
          from == absorbed ? "absorbed" : "new",
          bytes,
          seconds(start),
          bytes / 1e6 / seconds(start));
    }
  }
}
