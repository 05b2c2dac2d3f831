package io.deltaport.ostree.repo;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.OstreeFormatException;
import io.deltaport.ostree.RefName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A repository in a folder. Thread-safe. */
public final class LocalFiles implements RepoFiles {
  private static final String HEADS = "refs/heads";

  /** Longest name below {@code refs/heads}, in folders. */
  private static final int DEPTH_MAX = 64;

  private final Path root;

  public LocalFiles(Path root) {
    this.root = root;
  }

  @Override
  public InputStream open(String path) throws IOException {
    return Files.newInputStream(root.resolve(path));
  }

  @Override
  public Optional<Path> local(String path) {
    return Optional.of(root.resolve(path));
  }

  @Override
  public SortedMap<String, Checksum> refs() throws IOException {
    SortedMap<String, Checksum> refs = new TreeMap<>();
    Path heads = root.resolve(HEADS);
    if (!Files.isDirectory(heads)) {
      return refs;
    }
    List<Path> files;
    try (Stream<Path> walk = Files.walk(heads, DEPTH_MAX)) {
      files = walk.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      refs.put(heads.relativize(file).toString(), read(file));
    }
    return refs;
  }

  @Override
  public Optional<Checksum> ref(String name) throws IOException {
    if (!RefName.isValid(name)) {
      return Optional.empty();
    }
    try {
      return Optional.of(read(root.resolve(HEADS).resolve(name)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static Checksum read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return parse(file.toString(), in);
    }
  }

  /** Reads a file of a ref: 64 digits and the end of the line. */
  static Checksum parse(String name, InputStream in) throws IOException {
    String text = new String(in.readNBytes(128), java.nio.charset.StandardCharsets.US_ASCII);
    try {
      return Checksum.parse(text.strip());
    } catch (IllegalArgumentException e) {
      throw new OstreeFormatException("the ref " + name + " is no checksum");
    }
  }
}
