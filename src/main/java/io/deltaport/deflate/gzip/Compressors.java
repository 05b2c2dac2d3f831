package io.deltaport.deflate.gzip;

import io.deltaport.deflate.Model;
import io.deltaport.deflate.Parser;
import io.deltaport.deflate.golang.StandardBlocks;
import io.deltaport.deflate.klauspost.ChainParser;
import io.deltaport.deflate.klauspost.FastParser;
import io.deltaport.deflate.klauspost.ReusedCodes;
import io.deltaport.deflate.klauspost.Version;
import io.deltaport.deflate.zlib.ZlibHeaders;
import io.deltaport.deflate.zlib.ZlibParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All compressors that are known, the usual ones first. Thread-safe. */
public final class Compressors {
  private static final int LEVELS = 9;
  private static final int DEFAULT_LEVEL = 6;
  private static final int LITERALS_ALONE = 1;
  private static final int ZLIB = 10;
  private static final int PIGZ = 20;
  private static final int MEMORY_LEVEL = 8;
  private static final int PIGZ_LEVELS = 3; // above them it is as zlib is

  private static final int STANDARD = 30;
  private static final int FAST_LEVELS = 6;

  /** What the tools of these years are built with; releases between them differ in headers. */
  private static final Map<Version, Integer> KLAUSPOST =
      Map.of(Version.V1_15, 64, Version.V1_18_1, 118, Version.V1_20_4, 172);

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
            () -> Model.withHeaders((data, start, end, limit, matches) -> {}, new ZlibHeaders())));
    for (int level = 1; level <= LEVELS; level++) {
      add(all, standard(level));
    }
    for (Version version : new TreeMap<>(KLAUSPOST).keySet()) {
      for (int level = 1; level <= LEVELS; level++) {
        add(all, klauspost(level, version, true));
        add(all, klauspost(level, version, false));
      }
    }
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
        () ->
            Model.withHeaders(new ZlibParser(level, MEMORY_LEVEL, dictionary), new ZlibHeaders()));
  }

  private static Compressor standard(int level) {
    return new Compressor(
        STANDARD + level,
        "Go " + level,
        () ->
            Model.withBlocks(
                level == 1
                    ? new io.deltaport.deflate.golang.FastParser()
                    : new io.deltaport.deflate.golang.ChainParser(level),
                new StandardBlocks(level)));
  }

  private static Compressor klauspost(int level, Version version, boolean parallel) {
    int id = KLAUSPOST.get(version) + (parallel ? LEVELS : 0) + level - 1;
    String name = "%s %d (%s)".formatted(parallel ? "pgzip" : "klauspost", level, version);
    return new Compressor(
        id,
        name,
        () ->
            Model.withBlocks(
                parser(level, version, parallel), new ReusedCodes(level, version, parallel)));
  }

  private static Parser parser(int level, Version version, boolean parallel) {
    if (level <= FAST_LEVELS) {
      return parallel ? FastParser.ofPgzip(level, version) : FastParser.ofStream(level, version);
    }
    return parallel ? ChainParser.ofPgzip(level, version) : ChainParser.ofStream(level, version);
  }

  static List<Compressor> all() {
    return ALL;
  }

  /** Returns a compressor by its number, or null. */
  static Compressor byId(int id) {
    return BY_ID[id];
  }
}
