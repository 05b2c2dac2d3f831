package io.deltaport.deflate.gzip;

import io.deltaport.deflate.Model;
import io.deltaport.deflate.zlib.ZlibHeaders;
import io.deltaport.deflate.zlib.ZlibParser;
import java.util.ArrayList;
import java.util.List;

/** All compressors that are known, the usual ones first. Thread-safe. */
public final class Compressors {
  private static final int LEVELS = 9;
  private static final int DEFAULT_LEVEL = 6;
  private static final int LITERALS_ALONE = 1;
  private static final int ZLIB = 10;
  private static final int PIGZ = 20;
  private static final int MEMORY_LEVEL = 8;
  private static final int PIGZ_LEVELS = 3; // above them it is as zlib is

  private static final Compressor[] BY_ID = new Compressor[256];
  private static final List<Compressor> ALL = list();

  private Compressors() {}

  private static List<Compressor> list() {
    List<Compressor> all = new ArrayList<>();
    add(all, zlib(DEFAULT_LEVEL));
    for (int level = 1; level <= LEVELS; level++) {
      if (level != DEFAULT_LEVEL) {
        add(all, zlib(level));
      }
    }
    for (int level = 1; level <= PIGZ_LEVELS; level++) {
      add(all, zlib(PIGZ + level, "pigz " + level, level, true));
    }
    add(
        all,
        new Compressor(
            LITERALS_ALONE,
            "no matches",
            () -> new Model((data, start, end, limit, matches) -> {}, new ZlibHeaders())));
    return List.copyOf(all);
  }

  private static void add(List<Compressor> all, Compressor compressor) {
    all.add(compressor);
    BY_ID[compressor.id()] = compressor;
  }

  private static Compressor zlib(int level) {
    return zlib(ZLIB + level, "zlib " + level, level, false);
  }

  private static Compressor zlib(int id, String name, int level, boolean dictionary) {
    return new Compressor(
        id,
        name,
        () -> new Model(new ZlibParser(level, MEMORY_LEVEL, dictionary), new ZlibHeaders()));
  }

  static List<Compressor> all() {
    return ALL;
  }

  /** Returns a compressor by its number, or null. */
  static Compressor byId(int id) {
    return BY_ID[id];
  }
}
