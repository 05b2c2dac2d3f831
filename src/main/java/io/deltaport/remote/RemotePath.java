package io.deltaport.remote;

import io.deltaport.image.remote.RemoteObject;
import io.deltaport.oci.RepositoryName;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.staticdelta.DeltaName;
import io.deltaport.store.ObjectKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a path below {@code /ostree/} may mean. Immutable.
 *
 * <p>Repositories and refs both have slashes in their names, so a path can be read in several ways;
 * the first one that something is found under counts.
 *
 * @param repository its name, a valid one
 */
record RemotePath(String repository, Item item) {
  /** Longest ref: 512 characters are four times what a tag may have. */
  static final int REF_CHARS_MAX = 512;

  /** Longest path that is looked at: a repository, a ref and what is between them. */
  static final int PATH_CHARS_MAX = RepositoryName.LENGTH_MAX + REF_CHARS_MAX + 64;

  private static final String HEADS = "/refs/heads/";
  private static final String MIRRORS = "/refs/mirrors/";
  private static final int FAN_OUT_DIGITS = 2;

  /** What libostree allows, but for letters that are no ASCII. */
  private static final Pattern REF = Pattern.compile("\\w[-.\\w]*+(?:/\\w[-.\\w]*+)*+");

  private static final Pattern OBJECT =
      Pattern.compile("([0-9a-f]{62})\\.(filez|dirtree|dirmeta|commit|commitmeta)");
  private static final Pattern PART = Pattern.compile("superblock|0|[1-9][0-9]{0,6}");
  private static final Pattern SUMMARY = Pattern.compile("[0-9a-f]{64}\\.(?:gz|idx\\.sig)");
  private static final String INDEX = ".index";

  /** A file of a remote. */
  sealed interface Item {}

  /** The files of fixed names. */
  enum Fixed implements Item {
    CONFIG,
    SUMMARY,
    SUMMARY_SIGNATURE,
    SUMMARY_INDEX,
    SUMMARY_INDEX_SIGNATURE
  }

  /** A ref of the remote itself. */
  record Ref(String name) implements Item {}

  /** A ref of a collection. */
  record CollectionRef(String collection, String name) implements Item {}

  /** An object. */
  record ObjectFile(RemoteObject object) implements Item {}

  /** The detached metadata of a commit. */
  record CommitMeta(Checksum commit) implements Item {}

  /** A file of a static delta, numbered as in the database: 0 is the superblock. */
  record DeltaFile(DeltaName delta, int number) implements Item {}

  /** The static deltas that lead to a commit. */
  record DeltaIndex(Checksum target) implements Item {}

  /** A file below {@code summaries/}. */
  record SummaryFile(String name) implements Item {}

  /** Returns everything that the path, without a slash in front, may mean. */
  static List<RemotePath> parse(String path) {
    List<RemotePath> readings = new ArrayList<>();
    if (path.length() <= PATH_CHARS_MAX) {
      refs(path, HEADS, readings);
      refs(path, MIRRORS, readings);
      tail(path.split("/", -1)).ifPresent(readings::add);
    }
    return readings;
  }

  private static void refs(String path, String marker, List<RemotePath> readings) {
    for (int at = path.indexOf(marker); at > 0; at = path.indexOf(marker, at + 1)) {
      String name = path.substring(at + marker.length());
      int slash = name.indexOf('/');
      if (!isRef(name)) {
        continue;
      }
      if (marker.equals(HEADS)) {
        of(path.substring(0, at), new Ref(name)).ifPresent(readings::add);
      } else if (slash > 0) {
        Item ref = new CollectionRef(name.substring(0, slash), name.substring(slash + 1));
        of(path.substring(0, at), ref).ifPresent(readings::add);
      }
    }
  }

  private static boolean isRef(String name) {
    return name.length() <= REF_CHARS_MAX && REF.matcher(name).matches();
  }

  private static Optional<RemotePath> tail(String[] segments) {
    int count = segments.length;
    Optional<RemotePath> fixed =
        fixed(segments[count - 1]).flatMap(item -> of(segments, count - 1, item));
    if (fixed.isPresent()) {
      return fixed;
    }
    if (count > 2
        && segments[count - 2].equals("summaries")
        && SUMMARY.matcher(segments[count - 1]).matches()) {
      return of(segments, count - 2, new SummaryFile(segments[count - 1]));
    }
    if (count < 4) {
      return Optional.empty();
    }
    if (segments[count - 3].equals("objects")) {
      return object(segments[count - 2], segments[count - 1])
          .flatMap(item -> of(segments, count - 3, item));
    }
    if (segments[count - 3].equals("delta-indexes")) {
      return index(segments[count - 2], segments[count - 1])
          .flatMap(item -> of(segments, count - 3, item));
    }
    return count > 4 && segments[count - 4].equals("deltas")
        ? delta(segments[count - 3], segments[count - 2], segments[count - 1])
            .flatMap(item -> of(segments, count - 4, item))
        : Optional.empty();
  }

  private static Optional<Item> fixed(String name) {
    return switch (name) {
      case "config" -> Optional.of(Fixed.CONFIG);
      case "summary" -> Optional.of(Fixed.SUMMARY);
      case "summary.sig" -> Optional.of(Fixed.SUMMARY_SIGNATURE);
      case "summary.idx" -> Optional.of(Fixed.SUMMARY_INDEX);
      case "summary.idx.sig" -> Optional.of(Fixed.SUMMARY_INDEX_SIGNATURE);
      default -> Optional.empty();
    };
  }

  private static Optional<Item> object(String folder, String file) {
    Matcher name = OBJECT.matcher(file);
    if (folder.length() != FAN_OUT_DIGITS || !name.matches()) {
      return Optional.empty();
    }
    Checksum checksum;
    try {
      checksum = Checksum.parse(folder + name.group(1));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    if (!checksum.hex().startsWith(folder)) {
      return Optional.empty();
    }
    return Optional.of(
        switch (name.group(2)) {
          case "filez" -> new ObjectFile(new RemoteObject(checksum, ObjectKind.FILE));
          case "dirtree" -> new ObjectFile(new RemoteObject(checksum, ObjectKind.DIRTREE));
          case "dirmeta" -> new ObjectFile(new RemoteObject(checksum, ObjectKind.DIRMETA));
          case "commit" -> new ObjectFile(new RemoteObject(checksum, ObjectKind.COMMIT));
          default -> new CommitMeta(checksum);
        });
  }

  private static Optional<Item> index(String folder, String file) {
    return file.endsWith(INDEX)
        ? DeltaName.ofIndex(folder, file.substring(0, file.length() - INDEX.length()))
            .map(DeltaIndex::new)
        : Optional.empty();
  }

  private static Optional<Item> delta(String first, String second, String file) {
    if (!PART.matcher(file).matches()) {
      return Optional.empty();
    }
    int number = file.equals("superblock") ? 0 : Integer.parseInt(file) + 1;
    return DeltaName.ofFolder(first, second).map(name -> new DeltaFile(name, number));
  }

  private static Optional<RemotePath> of(String[] segments, int count, Item item) {
    return of(String.join("/", Arrays.asList(segments).subList(0, count)), item);
  }

  private static Optional<RemotePath> of(String repository, Item item) {
    return RepositoryName.isValid(repository)
        ? Optional.of(new RemotePath(repository, item))
        : Optional.empty();
  }
}
