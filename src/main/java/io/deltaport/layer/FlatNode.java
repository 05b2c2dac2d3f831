package io.deltaport.layer;

import io.deltaport.ostree.Checksum;
import java.util.Arrays;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** A file or folder of a {@link FlatTree}. */
public sealed interface FlatNode {
  /** Number of the layer that put it there, 0 at the bottom. */
  int layer();

  /**
   * Anything but a folder. The hard links of a file are equal nodes.
   *
   * @param kind a kind that has a file object, never a folder
   * @param object name of the file object
   * @param length bytes of a regular file's content, its holes filled; else 0
   */
  record File(EntryKind kind, Checksum object, long length, int layer) implements FlatNode {}

  /** A folder, which the {@link Flattener} changes. Not thread-safe while it does. */
  final class Folder implements FlatNode {
    private final SortedMap<byte[], FlatNode> children = new TreeMap<>(Arrays::compareUnsigned);
    private Checksum meta;
    private int layer;

    Folder(Checksum meta, int layer) {
      this.meta = meta;
      this.layer = layer;
    }

    /** Returns the name of the dirmeta object. */
    public Checksum meta() {
      return meta;
    }

    @Override
    public int layer() {
      return layer;
    }

    /** Returns what is in it by name, ordered as unsigned bytes; unmodifiable. */
    public SortedMap<byte[], FlatNode> children() {
      return Collections.unmodifiableSortedMap(children);
    }

    SortedMap<byte[], FlatNode> mutableChildren() {
      return children;
    }

    void describe(Checksum newMeta, int newLayer) {
      meta = newMeta;
      layer = newLayer;
    }
  }
}
