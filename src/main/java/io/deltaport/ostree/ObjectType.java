package io.deltaport.ostree;

import java.util.Optional;

/** What a file below {@code objects/} of an OSTree repository is. */
public enum ObjectType {
  /** A regular file or symbolic link; {@code filez} in an archive. */
  FILE(1, "file"),
  DIRTREE(2, "dirtree"),
  DIRMETA(3, "dirmeta"),
  COMMIT(4, "commit"),
  /** What is said of a commit beside it, named like the commit: {@code a{sv}}, with signatures. */
  COMMITMETA(5, "commitmeta");

  private static final ObjectType[] ALL = values();

  private final int code;
  private final String suffix;

  ObjectType(int code, String suffix) {
    this.code = code;
    this.suffix = suffix;
  }

  /** Returns the number that stands for this type in object streams; never changes. */
  public int code() {
    return code;
  }

  /** Returns what follows the dot in the object's name. */
  public String suffix() {
    return suffix;
  }

  /** Returns the type that {@code code} stands for, or nothing for an unknown number. */
  public static Optional<ObjectType> ofCode(int code) {
    return code >= 1 && code <= ALL.length ? Optional.of(ALL[code - 1]) : Optional.empty();
  }

  /** Returns the type with this suffix, or nothing. */
  static Optional<ObjectType> ofSuffix(String suffix) {
    for (ObjectType type : ALL) {
      if (type.suffix.equals(suffix)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
