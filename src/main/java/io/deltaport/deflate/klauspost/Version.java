package io.deltaport.deflate.klauspost;

/**
 * Releases of the library from which on its output is another one. What is not told here is the
 * same in all of 1.15.12 to 1.20.4.
 */
public enum Version {
  /** Up to 1.15: what Debian 12 builds podman, skopeo and buildah with. */
  V1_15,

  /** Levels 7 to 9 try another place for a match's end, and level 9 weighs gains otherwise. */
  V1_16,

  /** 1.18.0: level 4 measures the next position's candidate at a wrong place. */
  V1_18_0,

  /** 1.18.1: headers of dynamic blocks end with the last code that is used. */
  V1_18_1,

  /** 1.18.2: level 9 prices literals by the first 32,768 bytes of its window only. */
  V1_18_2,

  /** 1.20.0: with a dictionary, levels 7 to 9 know where their first block begins. */
  V1_20_0,

  /** 1.20.1: code lengths are Huffman's own where none is too long. */
  V1_20_1,

  /** 1.20.4: levels 1 to 6 search short last pieces, too. */
  V1_20_4;

  /** The one that containers' tools of these days are mostly built with. */
  public static final Version LATEST = V1_20_4;

  boolean since(Version version) {
    return compareTo(version) >= 0;
  }
}
