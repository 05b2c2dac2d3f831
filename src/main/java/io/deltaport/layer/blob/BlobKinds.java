package io.deltaport.layer.blob;

import java.util.List;
import java.util.Optional;

/** All kinds, in the order in which they are tried on a blob. */
public final class BlobKinds {
  private static final List<BlobKind> ALL =
      List.of(new PlainKind(), new GzipKind(), new ZstdKind(), new ZstdFramesKind());

  private BlobKinds() {}

  /** Returns all kinds. */
  static List<BlobKind> all() {
    return ALL;
  }

  /**
   * Returns how much can be made by now. It grows with every kind and every better one: blobs that
   * could not be described before are tried again then.
   */
  public static int generation() {
    return 2;
  }

  static Optional<BlobKind> ofCode(int code) {
    return ALL.stream().filter(kind -> kind.code() == code).findFirst();
  }

  /** Returns the name of a kind for people; a number for one that is not known here. */
  public static String name(int code) {
    return ofCode(code).map(BlobKind::name).orElse(Integer.toString(code));
  }
}
