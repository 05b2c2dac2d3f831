package io.deltaport.tar;

/** What a tar entry stands for. */
public enum TarType {
  FILE,
  HARD_LINK,
  SYMLINK,
  CHARACTER_DEVICE,
  BLOCK_DEVICE,
  DIRECTORY,
  FIFO,
  /** A type flag that no standard gives a meaning; its data is kept, its meaning unknown. */
  OTHER;

  static TarType of(byte flag) {
    return switch (flag) {
      case 0, '0', '7', 'S' -> FILE;
      case '1' -> HARD_LINK;
      case '2' -> SYMLINK;
      case '3' -> CHARACTER_DEVICE;
      case '4' -> BLOCK_DEVICE;
      case '5' -> DIRECTORY;
      case '6' -> FIFO;
      default -> OTHER;
    };
  }

  /** Says whether an entry of this type is followed by data; for the others a size is ignored. */
  boolean hasData() {
    return this == FILE || this == OTHER;
  }
}
