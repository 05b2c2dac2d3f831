package io.deltaport.selinux;

import java.util.Optional;

/** The type of file that a line of {@code file_contexts} is for. */
public enum FileKind {
  REGULAR('-'),
  FOLDER('d'),
  LINK('l'),
  BLOCK_DEVICE('b'),
  CHARACTER_DEVICE('c'),
  FIFO('p'),
  SOCKET('s');

  private final char code;

  FileKind(char code) {
    this.code = code;
  }

  /** Returns the kind of a field such as {@code -d}. */
  static Optional<FileKind> ofField(String field) {
    if (field.length() == 2 && field.charAt(0) == '-') {
      for (FileKind kind : values()) {
        if (kind.code == field.charAt(1)) {
          return Optional.of(kind);
        }
      }
    }
    return Optional.empty();
  }
}
