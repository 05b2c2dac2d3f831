package io.deltaport.it;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** Damages stored files as disks do. Not thread-safe. */
final class Damager {
  /** What is done to a file; the scrub calls it by the word. */
  enum Kind {
    FLIP("changed"),
    ZERO_HALF("changed"),
    CUT("cut"),
    REMOVE("missing");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  private final Path data;
  private final Random random;

  Damager(Path data, Random random) {
    this.data = data;
    this.random = random;
  }

  /** Returns all files of a folder of the store, in an order that hangs on the seed alone. */
  List<Path> files(String folder) throws IOException {
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(data.resolve(folder))) {
      try (Stream<Path> all = Files.walk(data.resolve(folder))) {
        all.filter(Files::isRegularFile).sorted().forEach(files::add);
      }
    }
    Collections.shuffle(files, random);
    return files;
  }

  /** Damages at most {@code count} files of a folder and returns what was done, by name. */
  Map<String, Kind> damage(String folder, int count) throws IOException {
    Map<String, Kind> done = new HashMap<>();
    for (Path file : files(folder).subList(0, Math.min(count, files(folder).size()))) {
      Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
      damage(file, kind);
      done.put(name(file), kind);
    }
    return done;
  }

  /** Damages one file. */
  void damage(Path file, Kind kind) throws IOException {
    long length = Files.size(file);
    switch (kind) {
      case FLIP -> flip(file, (long) (random.nextDouble() * length));
      case ZERO_HALF -> zeroHalf(file, length);
      case CUT -> {
        try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
          content.setLength((long) (random.nextDouble() * length));
        }
      }
      case REMOVE -> Files.delete(file);
    }
  }

  static void flip(Path file, long at) throws IOException {
    try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
      content.seek(at);
      int before = content.read();
      content.seek(at);
      content.write(before ^ 0x10);
    }
  }

  /** A power cut tears a file that was not synced: its second half is zeros. */
  private static void zeroHalf(Path file, long length) throws IOException {
    try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
      content.setLength(length / 2);
      content.setLength(length);
    }
    if (length < 2) {
      flip(file, 0);
    }
  }

  /** Returns the name that the scrub gives a file: a digest, or 64 digits for a pack. */
  static String name(Path file) {
    String name = file.getFileName().toString();
    int dot = name.indexOf('.');
    String stem = dot < 0 ? name : name.substring(0, dot);
    return name.endsWith(".pack") ? stem : file.getParent().getParent().getFileName() + ":" + stem;
  }
}
