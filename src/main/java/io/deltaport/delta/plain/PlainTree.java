package io.deltaport.delta.plain;

import io.deltaport.delta.plain.PlainReport.Group;
import io.deltaport.layer.EntryKind;
import io.deltaport.layer.FlatNode;
import io.deltaport.layer.FlatTree;
import io.deltaport.ostree.Checksum;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Adds up what plain files change about an image. Not thread-safe. */
public final class PlainTree {
  private final PlainObjects objects;
  private final Set<Checksum> seen = new HashSet<>();
  private final Map<CompressedKind, Group> groups = new EnumMap<>(CompressedKind.class);
  private long diskBytes;
  private long pullGrowthBytes;

  private PlainTree(PlainObjects objects) {
    this.objects = objects;
  }

  /** Expands every compressed file of an image, once. */
  public static PlainTree of(FlatTree tree, PlainObjects objects) throws IOException {
    PlainTree sums = new PlainTree(objects);
    tree.walk(
        (path, node) -> {
          if (node instanceof FlatNode.File file && file.kind() == EntryKind.FILE) {
            sums.add(new String(path, StandardCharsets.UTF_8), file);
          }
        });
    return sums;
  }

  private void add(String path, FlatNode.File file) throws IOException {
    if (!seen.add(file.object())) {
      return;
    }
    diskBytes += file.length();
    Optional<PlainEncoding> encoding = PlainEncoding.of(path);
    Optional<PlainFile> plain =
        encoding.isEmpty() ? Optional.empty() : objects.plain(file.object(), encoding.get());
    if (plain.isPresent()) {
      CompressedKind kind = CompressedKind.of(path);
      groups.merge(
          kind,
          new Group(kind, 1, plain.get().packedBytes(), plain.get().plainBytes()),
          PlainTree::sum);
      pullGrowthBytes += plain.get().pullBytes() - plain.get().packedBytes();
    }
  }

  private static Group sum(Group one, Group other) {
    return new Group(
        one.kind(),
        one.files() + other.files(),
        one.packedBytes() + other.packedBytes(),
        one.plainBytes() + other.plainBytes());
  }

  /** Returns the bytes of all files as they are. */
  public long diskBytes() {
    return diskBytes;
  }

  /** Returns about how many bytes layers grow by; below 0 when they shrink. */
  public long pullGrowthBytes() {
    return pullGrowthBytes;
  }

  /** Returns the compressed files by kind. */
  public List<Group> groups() {
    return new ArrayList<>(groups.values());
  }
}
