package io.deltaport.ostree;

import io.deltaport.ostree.GVariant.MemberType;
import io.deltaport.ostree.GVariant.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A folder's entries: the GVariant {@code (a(say)a(sayay))}. Immutable; arrays are shared.
 *
 * <p>Names are bytes. OSTree itself demands UTF-8; a tree with other names has a checksum all the
 * same, but no OSTree client takes it.
 *
 * @param files in rising order of their names
 * @param folders in rising order of their names
 */
public record DirTree(List<FileEntry> files, List<FolderEntry> folders) {
  private static final List<MemberType> TREE = List.of(MemberType.BYTES, MemberType.BYTES);
  private static final List<MemberType> FILE = List.of(MemberType.BYTES, MemberType.BYTES);
  private static final List<MemberType> FOLDER =
      List.of(MemberType.BYTES, MemberType.BYTES, MemberType.BYTES);

  /** A file, symbolic link or device. */
  public record FileEntry(byte[] name, Checksum object) {}

  /** A folder with its dirtree and its dirmeta. */
  public record FolderEntry(byte[] name, Checksum tree, Checksum meta) {}

  public DirTree {
    files = List.copyOf(files);
    folders = List.copyOf(folders);
  }

  /** Returns the object. */
  public byte[] encode() {
    List<byte[]> fileElements = new ArrayList<>(files.size());
    for (FileEntry file : files) {
      fileElements.add(GVariant.tuple(FILE, GVariant.string(file.name()), file.object().bytes()));
    }
    List<byte[]> folderElements = new ArrayList<>(folders.size());
    for (FolderEntry folder : folders) {
      folderElements.add(
          GVariant.tuple(
              FOLDER,
              GVariant.string(folder.name()),
              folder.tree().bytes(),
              folder.meta().bytes()));
    }
    return GVariant.tuple(TREE, GVariant.array(1, fileElements), GVariant.array(1, folderElements));
  }

  /**
   * Reads the object.
   *
   * @throws OstreeFormatException if it is malformed, not in normal form, or a name is empty, a dot
   *     or two, has a slash, stands twice or out of order
   */
  public static DirTree decode(byte[] object) throws OstreeFormatException {
    List<Slice> arrays = GVariant.untuple(Slice.of(object), TREE);
    List<FileEntry> files = new ArrayList<>();
    byte[] last = null;
    for (Slice element : GVariant.unarray(arrays.get(0), 1)) {
      List<Slice> members = GVariant.untuple(element, FILE);
      byte[] name = checkName(members.get(0).string(), last);
      files.add(new FileEntry(name, members.get(1).checksum()));
      last = name;
    }
    List<FolderEntry> folders = new ArrayList<>();
    last = null;
    for (Slice element : GVariant.unarray(arrays.get(1), 1)) {
      List<Slice> members = GVariant.untuple(element, FOLDER);
      byte[] name = checkName(members.get(0).string(), last);
      folders.add(new FolderEntry(name, members.get(1).checksum(), members.get(2).checksum()));
      last = name;
    }
    checkDisjoint(files, folders);
    DirTree tree = new DirTree(files, folders);
    if (!Arrays.equals(tree.encode(), object)) {
      throw new OstreeFormatException("a dirtree is not in normal form");
    }
    return tree;
  }

  private static void checkDisjoint(List<FileEntry> files, List<FolderEntry> folders)
      throws OstreeFormatException {
    int folder = 0;
    for (FileEntry file : files) {
      int order = -1;
      while (folder < folders.size() && order < 0) {
        order = Arrays.compareUnsigned(folders.get(folder).name(), file.name());
        folder += order < 0 ? 1 : 0;
      }
      if (order == 0) {
        throw new OstreeFormatException("a dirtree has a file and a folder of the same name");
      }
    }
  }

  private static byte[] checkName(byte[] name, byte[] last) throws OstreeFormatException {
    boolean dots =
        (name.length == 1 && name[0] == '.')
            || (name.length == 2 && name[0] == '.' && name[1] == '.');
    if (name.length == 0 || dots) {
      throw new OstreeFormatException("a dirtree has an empty name or a dot for a name");
    }
    for (byte b : name) {
      if (b == '/') {
        throw new OstreeFormatException("a dirtree has a name with a slash");
      }
    }
    if (last != null && Arrays.compareUnsigned(last, name) >= 0) {
      throw new OstreeFormatException("a dirtree's names are not in rising order");
    }
    return name;
  }
}
