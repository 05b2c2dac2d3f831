package io.deltaport.delta.staticdelta;

import static org.assertj.core.api.Assertions.assertThat;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.ContentHeader;
import io.deltaport.ostree.staticdelta.DeltaApplier;
import io.deltaport.ostree.staticdelta.DeltaObject;
import io.deltaport.ostree.staticdelta.DeltaPart;
import io.deltaport.ostree.staticdelta.PartHeader;
import io.deltaport.ostree.staticdelta.Superblock;
import io.deltaport.util.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A delta with its parts in memory. */
record MadeDelta(StaticDelta delta, Superblock superblock, List<byte[]> parts) {

  static MadeDelta of(
      DeltaCommit source, DeltaCommit target, MemoryTrees trees, StaticDeltaOptions options)
      throws IOException {
    List<byte[]> parts = new ArrayList<>();
    StaticDelta delta =
        StaticDeltaCreator.create(
            Optional.ofNullable(source),
            target,
            trees,
            (number, content, length) -> {
              assertThat(number).isEqualTo(parts.size());
              byte[] part = content.readAllBytes();
              assertThat(part).hasSize((int) length);
              parts.add(part);
            },
            options,
            Progress.NONE);
    return new MadeDelta(delta, Superblock.decode(delta.superblock()), parts);
  }

  /** Applies all parts and returns what they make; that it is right the applier checks. */
  Set<DeltaObject> apply(MemoryTrees trees) throws IOException {
    Set<DeltaObject> made = new HashSet<>();
    for (int i = 0; i < parts.size(); i++) {
      PartHeader header = superblock.parts().get(i);
      applier(trees, made).apply(DeltaPart.read(parts.get(i), header), header);
    }
    return made;
  }

  static DeltaApplier applier(MemoryTrees trees, Set<DeltaObject> made) {
    return new DeltaApplier(
        object -> content(trees, object), (object, header, content) -> made.add(object));
  }

  private static byte[] content(MemoryTrees trees, Checksum object) throws IOException {
    try (InputStream in = trees.open(object)) {
      ContentHeader.read(in);
      return in.readAllBytes();
    }
  }
}
