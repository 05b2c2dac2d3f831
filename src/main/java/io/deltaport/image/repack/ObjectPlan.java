package io.deltaport.image.repack;

import io.deltaport.ostree.Checksum;
import io.deltaport.store.pack.PackRewriter.Plan;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Which objects are stored against which, and where they were found. Not thread-safe. */
final class ObjectPlan implements Plan {
  private final Map<Checksum, Checksum> bases = new HashMap<>();
  private final Map<Checksum, String> paths = new HashMap<>();

  /** Takes the paths of an image's files; the first path of an object stays. */
  void name(TreeFiles files) {
    files.files().forEach(file -> paths.putIfAbsent(file.object(), Pairs.text(file)));
  }

  void against(Checksum object, Checksum base) {
    bases.put(object, base);
  }

  /** Says whether an object has a base here. */
  boolean isPaired(Checksum object) {
    return bases.containsKey(object);
  }

  @Override
  public Optional<Checksum> base(Checksum object) {
    return Optional.ofNullable(bases.get(object));
  }

  @Override
  public String path(Checksum object) {
    return paths.getOrDefault(object, "");
  }
}
