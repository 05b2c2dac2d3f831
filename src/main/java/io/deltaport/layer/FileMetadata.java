package io.deltaport.layer;

import io.deltaport.ostree.ContentHeader;
import io.deltaport.ostree.DirMeta;
import io.deltaport.tar.TarEntry;
import io.deltaport.tar.TarType;

/**
 * What OSTree keeps of an entry besides its name and content: owner, mode, device number, link
 * target and extended attributes. Times are not kept.
 */
final class FileMetadata {
  private static final int PERMISSIONS = 07777;
  // Linux shows all bits of a link set, whatever the tar says.
  private static final int SYMLINK = ContentHeader.TYPE_SYMLINK | 0777;
  private static final long ID_MAX = 0xffff_ffffL;

  /** Linux has 12 bits of major and 20 of minor device number. */
  private static final int MAJOR_MAX = (1 << 12) - 1;

  private static final int MINOR_MAX = (1 << 20) - 1;
  private static final byte[] NO_TARGET = new byte[0];

  private FileMetadata() {}

  /** Returns the dirmeta object of a folder. */
  static byte[] dirMeta(TarEntry entry) throws NotAbsorbableException {
    return new DirMeta(id(entry.uid()), id(entry.gid()), mode(entry), entry.xattrs()).encode();
  }

  /** Returns the framed header with which the object of a file, link or device begins. */
  static byte[] contentHeader(TarEntry entry) throws NotAbsorbableException {
    byte[] target = entry.type() == TarType.SYMLINK ? entry.linkTarget() : NO_TARGET;
    return new ContentHeader(
            id(entry.uid()), id(entry.gid()), mode(entry), device(entry), target, entry.xattrs())
        .encode();
  }

  private static int id(long id) throws NotAbsorbableException {
    if (id < 0 || id > ID_MAX) {
      throw new NotAbsorbableException("has the owner number " + id + ", which has not 32 bits");
    }
    return (int) id;
  }

  private static int mode(TarEntry entry) {
    int permissions = entry.mode() & PERMISSIONS;
    return switch (entry.type()) {
      case FILE -> ContentHeader.TYPE_REGULAR | permissions;
      case SYMLINK -> SYMLINK;
      case CHARACTER_DEVICE -> ContentHeader.TYPE_CHARACTER_DEVICE | permissions;
      case BLOCK_DEVICE -> ContentHeader.TYPE_BLOCK_DEVICE | permissions;
      case FIFO -> ContentHeader.TYPE_FIFO | permissions;
      case DIRECTORY -> ContentHeader.TYPE_DIRECTORY | permissions;
      case HARD_LINK, OTHER -> throw new IllegalArgumentException("has no mode of its own");
    };
  }

  /** Returns the device number as Linux packs it into 32 bits. */
  private static int device(TarEntry entry) throws NotAbsorbableException {
    return switch (entry.type()) {
      case CHARACTER_DEVICE, BLOCK_DEVICE -> {
        int major = entry.deviceMajor();
        int minor = entry.deviceMinor();
        if (major < 0 || major > MAJOR_MAX || minor < 0 || minor > MINOR_MAX) {
          throw new NotAbsorbableException("has the device %d:%d".formatted(major, minor));
        }
        yield (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12);
      }
      default -> 0;
    };
  }
}
