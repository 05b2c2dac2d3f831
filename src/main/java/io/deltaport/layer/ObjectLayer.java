package io.deltaport.layer;

import io.deltaport.ostree.Checksum;
import io.deltaport.ostree.ContentHeader;
import io.deltaport.ostree.DirMeta;
import io.deltaport.ostree.capsule.CapsuleTar;
import io.deltaport.store.ObjectReader;
import io.deltaport.util.Sha256;
import io.deltaport.util.Xattr;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Writes the layer that makes one tree of another, of objects: for images of OSTree commits, whose
 * own layers have links into a repository where files should be. Not thread-safe. The same trees
 * give the same bytes; times are 1970, as OSTree has them, and SELinux labels are left to the
 * importer.
 */
public final class ObjectLayer {
  private static final int PERMISSIONS = 0_7777;
  private static final byte[] SELINUX = "security.selinux".getBytes(StandardCharsets.US_ASCII);

  private final ObjectReader objects;
  private final CapsuleTar tar;
  private final Map<Checksum, String> written = new HashMap<>();
  private final Map<Checksum, Checksum> unlabelled = new HashMap<>();

  private ObjectLayer(ObjectReader objects, CapsuleTar tar) {
    this.objects = objects;
    this.tar = tar;
  }

  /**
   * Writes the layer's tar; {@code out} stays open.
   *
   * @param objects has the files and folders of the target
   * @return how the target's files and folders that were written are called without their labels
   * @throws NotRestackableException if there is a change that not all clients can make
   */
  public static Map<Checksum, Checksum> write(
      FlatTree source, FlatTree target, ObjectReader objects, OutputStream out)
      throws IOException, NotRestackableException {
    CapsuleTar tar = new CapsuleTar(out);
    ObjectLayer layer = new ObjectLayer(objects, tar);
    TreeChanges changes = TreeChanges.between(source, target);
    for (Map.Entry<byte[], FlatNode> entry : changes.wanted().entrySet()) {
      byte[] path = entry.getKey();
      if (changes.isReplaced(path)) {
        layer.hide(path, entry.getValue());
      }
      if (path.length > 0) {
        layer.put(text(path), entry.getValue());
      }
    }
    for (byte[] path : changes.removed()) {
      tar.file(text(TarPath.whiteoutOf(path)), new byte[0]);
    }
    tar.finish();
    return layer.unlabelled;
  }

  private static String text(byte[] path) {
    // OSTree has no other names.
    return new String(path, StandardCharsets.UTF_8);
  }

  /**
   * Hides what is replaced by something of another kind, which ostree does not do by itself. It
   * takes the files of a folder in the order of their names, and then the folders.
   */
  private void hide(byte[] path, FlatNode by) throws IOException, NotRestackableException {
    byte[] whiteout = TarPath.whiteoutOf(path);
    if (by instanceof FlatNode.File && Arrays.compareUnsigned(path, whiteout) < 0) {
      throw new NotRestackableException(
          "The file '" + TarPath.show(path) + "' takes the place of a folder.");
    }
    tar.file(text(whiteout), new byte[0]);
  }

  private void put(String path, FlatNode node) throws IOException {
    switch (node) {
      case FlatNode.Folder folder -> folder(path, folder);
      case FlatNode.File file -> {
        try (InputStream in = objects.open(file.object())) {
          file(path, file, ContentHeader.read(in), in);
        }
      }
    }
  }

  private void folder(String path, FlatNode.Folder folder) throws IOException {
    try (InputStream in = objects.open(folder.meta())) {
      DirMeta meta = DirMeta.decode(in.readAllBytes());
      tar.xattrs(meta.xattrs());
      tar.folder(path, meta.uid(), meta.gid(), meta.mode() & PERMISSIONS);
      DirMeta plain = new DirMeta(meta.uid(), meta.gid(), meta.mode(), withoutLabel(meta.xattrs()));
      unlabelled.put(folder.meta(), Checksum.of(plain.encode()));
    }
  }

  private static List<Xattr> withoutLabel(List<Xattr> xattrs) {
    return xattrs.stream().filter(xattr -> !Arrays.equals(xattr.name(), SELINUX)).toList();
  }

  private void file(String path, FlatNode.File file, ContentHeader header, InputStream content)
      throws IOException {
    MessageDigest plain = Sha256.newDigest();
    plain.update(header.withXattrs(withoutLabel(header.xattrs())).encode());
    write(path, file, header, new DigestInputStream(content, plain));
    unlabelled.putIfAbsent(file.object(), new Checksum(plain.digest()));
  }

  private void write(String path, FlatNode.File file, ContentHeader header, InputStream content)
      throws IOException {
    int permissions = header.mode() & PERMISSIONS;
    if (!header.isRegular()) {
      tar.special(
          path,
          TarConstants.LF_SYMLINK,
          text(header.symlinkTarget()),
          header.uid(),
          header.gid(),
          permissions);
      return;
    }
    String first = file.length() == 0 ? null : written.putIfAbsent(file.object(), path);
    if (first != null) {
      tar.link(path, first, header.uid(), header.gid(), permissions);
      return;
    }
    tar.xattrs(header.xattrs());
    tar.file(path, header.uid(), header.gid(), permissions, file.length(), content);
  }
}
