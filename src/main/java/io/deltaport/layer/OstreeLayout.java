package io.deltaport.layer;

import io.deltaport.layer.FlatNode.File;
import io.deltaport.layer.FlatNode.Folder;
import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.ContentHeader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lays an image's tree out as an OSTree deployment has it, the way in which bootc imports layers.
 *
 * <p>{@code /etc} becomes {@code /usr/etc}: a deployment makes its own {@code /etc} from that. What
 * is in the folders of the kernel's and the system's run time ({@code /dev}, {@code /proc}, {@code
 * /run}, {@code /sys}, {@code /tmp}) and in {@code /sysroot} and {@code /ostree} is left out, the
 * folders or links themselves are there, and {@code /ostree} is a link into {@code /sysroot}. Empty
 * {@code hostname} and {@code resolv.conf} in {@code /etc}, which container builders leave behind,
 * go. Everything else stays where it is, {@code /var} included.
 *
 * <p>Stateless and thread-safe.
 */
public final class OstreeLayout {
  private static final String ETC = "etc";
  private static final String USR = "usr";
  private static final String VAR = "var";
  private static final String OSTREE = "ostree";
  private static final Set<String> EMPTIED = Set.of("dev", "proc", "run", "sys", "sysroot", "tmp");
  private static final List<String> LEFT_BY_BUILDERS = List.of("hostname", "resolv.conf");

  /** The target of the link at {@code /ostree}. */
  private static final ContentHeader OSTREE_LINK =
      new ContentHeader(
          0,
          0,
          ContentHeader.TYPE_SYMLINK | 0777,
          0,
          "sysroot/ostree".getBytes(StandardCharsets.US_ASCII),
          List.of());

  /** The framed header that is the whole object of the link at {@code /ostree}. */
  static final byte[] OSTREE_LINK_OBJECT = OSTREE_LINK.encode();

  private OstreeLayout() {}

  /**
   * Returns the tree in OSTree's layout; folders that did not change are shared with {@code image}.
   *
   * @throws NotAbsorbableException if OSTree cannot have such a tree: a name that is not UTF-8, a
   *     device or fifo, or an {@code /etc} or {@code /usr} that is no folder
   */
  public static FlatTree of(FlatTree image) throws NotAbsorbableException {
    Folder root = new Folder(image.root().meta(), 0);
    for (Map.Entry<byte[], FlatNode> child : image.root().children().entrySet()) {
      String name = new String(child.getKey(), StandardCharsets.ISO_8859_1);
      if (!EMPTIED.contains(name) && !name.equals(ETC) && !name.equals(OSTREE)) {
        root.mutableChildren().put(child.getKey(), child.getValue());
      }
    }
    for (String name : EMPTIED) {
      root.mutableChildren().put(bytes(name), empty(child(image.root(), name)));
    }
    root.mutableChildren()
        .put(bytes(OSTREE), new File(EntryKind.SYMLINK, Checksum.of(OSTREE_LINK_OBJECT), 0, 0));
    root.mutableChildren().putIfAbsent(bytes(VAR), new Folder(DefaultFolder.CHECKSUM, 0));
    FlatNode etc = child(image.root(), ETC);
    if (etc != null) {
      moveEtc(root, etc);
    }
    check(new byte[0], root);
    return new FlatTree(root);
  }

  private static FlatNode empty(FlatNode before) {
    if (before instanceof File link && link.kind() == EntryKind.SYMLINK) {
      // OSTree trees often have /tmp in /sysroot.
      return link;
    }
    return new Folder(before instanceof Folder folder ? folder.meta() : DefaultFolder.CHECKSUM, 0);
  }

  private static void moveEtc(Folder root, FlatNode etc) throws NotAbsorbableException {
    FlatNode usr = child(root, USR);
    if (!(etc instanceof Folder etcFolder)) {
      throw new NotAbsorbableException("has an /etc that is no folder");
    }
    if (usr != null && !(usr instanceof Folder)) {
      throw new NotAbsorbableException("has a /usr that is no folder");
    }
    Folder newUsr = usr == null ? new Folder(DefaultFolder.CHECKSUM, 0) : copy((Folder) usr);
    Folder newEtc = copy(etcFolder);
    if (child(newUsr, ETC) instanceof Folder below) {
      // What the image has at /usr/etc already is the older layer of the two.
      newEtc = union(below, etcFolder);
    }
    for (String name : LEFT_BY_BUILDERS) {
      if (child(newEtc, name) instanceof File file
          && file.kind().isRegular()
          && file.length() == 0) {
        newEtc.mutableChildren().remove(bytes(name));
      }
    }
    newUsr.mutableChildren().put(bytes(ETC), newEtc);
    root.mutableChildren().put(bytes(USR), newUsr);
  }

  /** Returns both folders in one; where both have something the upper one's counts. */
  private static Folder union(Folder lower, Folder upper) {
    Folder both = copy(lower);
    both.describe(upper.meta(), upper.layer());
    for (Map.Entry<byte[], FlatNode> child : upper.children().entrySet()) {
      FlatNode below = both.children().get(child.getKey());
      boolean folders = below instanceof Folder && child.getValue() instanceof Folder;
      both.mutableChildren()
          .put(
              child.getKey(),
              folders ? union((Folder) below, (Folder) child.getValue()) : child.getValue());
    }
    return both;
  }

  private static Folder copy(Folder folder) {
    Folder copy = new Folder(folder.meta(), folder.layer());
    copy.mutableChildren().putAll(folder.children());
    return copy;
  }

  // As deep as paths have segments: 2,048 at most, since a path has at most 4,096 bytes.
  private static void check(byte[] path, Folder folder) throws NotAbsorbableException {
    for (Map.Entry<byte[], FlatNode> child : folder.children().entrySet()) {
      byte[] below = TarPath.child(path, child.getKey());
      if (!isUtf8(child.getKey())) {
        throw new NotAbsorbableException(
            "has the name '" + TarPath.show(below) + "', which is not UTF-8 as OSTree demands");
      }
      switch (child.getValue()) {
        case Folder inner -> check(below, inner);
        case File file -> {
          if (file.kind() == EntryKind.SPECIAL) {
            throw new NotAbsorbableException(
                "has the device or fifo '" + TarPath.show(below) + "', which OSTree cannot store");
          }
        }
      }
    }
  }

  private static boolean isUtf8(byte[] name) {
    try {
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(name));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static FlatNode child(Folder folder, String name) {
    return folder.children().get(bytes(name));
  }

  static byte[] bytes(String name) {
    return name.getBytes(StandardCharsets.US_ASCII);
  }

  /** Returns the name of the folder of the one kernel, which is the kernel's version, or null. */
  public static String kernel(FlatTree tree) {
    FlatNode modules = tree.find(bytes("usr/lib/modules")).orElse(null);
    if (!(modules instanceof Folder folder)) {
      return null;
    }
    List<byte[]> kernels =
        folder.children().entrySet().stream()
            .filter(child -> child.getValue() instanceof Folder version && hasKernel(version))
            .map(Map.Entry::getKey)
            .toList();
    return kernels.size() == 1 ? new String(kernels.getFirst(), StandardCharsets.UTF_8) : null;
  }

  private static boolean hasKernel(Folder version) {
    return child(version, "vmlinuz") instanceof File file && file.kind().isRegular();
  }
}
