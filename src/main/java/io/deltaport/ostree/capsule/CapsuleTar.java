package io.deltaport.ostree.capsule;

import io.deltaport.util.Xattr;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** A tar whose bytes depend on what is put into it alone: no times, no names of users. */
public final class CapsuleTar {
  private static final int FILE = 0_644;

  /** Does not become visible in containers, and would be refused by some storages. */
  private static final String SELINUX = "security.selinux";

  private final TarArchiveOutputStream out;

  public CapsuleTar(OutputStream target) {
    out = new TarArchiveOutputStream(target, "UTF-8");
    out.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
    out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
  }

  public void folder(String path, int uid, int gid, int permissions) throws IOException {
    put(entry(path + "/", TarConstants.LF_DIR, uid, gid, permissions, 0));
  }

  /** Adds a file of root. */
  public void file(String path, byte[] content) throws IOException {
    file(path, 0, 0, FILE, content.length, new ByteArrayInputStream(content));
  }

  /** Adds a file; {@code content} may be null when it is empty. */
  public void file(String path, int uid, int gid, int permissions, long size, InputStream content)
      throws IOException {
    out.putArchiveEntry(entry(path, TarConstants.LF_NORMAL, uid, gid, permissions, size));
    if (content != null) {
      content.transferTo(out);
    }
    out.closeArchiveEntry();
  }

  public void link(String path, String target, int uid, int gid, int permissions)
      throws IOException {
    special(path, TarConstants.LF_LINK, target, uid, gid, permissions);
  }

  public void special(String path, byte type, String target, int uid, int gid, int permissions)
      throws IOException {
    TarArchiveEntry entry = entry(path, type, uid, gid, permissions, 0);
    entry.setLinkName(target);
    put(entry);
  }

  /** Says which extended attributes the next entry has. */
  public void xattrs(List<Xattr> xattrs) throws IOException {
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    for (Xattr xattr : xattrs) {
      String name = new String(xattr.name(), StandardCharsets.UTF_8);
      if (!name.equals(SELINUX)) {
        records.write(record("SCHILY.xattr." + name, xattr.value()));
      }
    }
    if (records.size() > 0) {
      byte[] content = records.toByteArray();
      byte type = TarConstants.LF_PAX_EXTENDED_HEADER_LC;
      out.putArchiveEntry(entry("PaxHeaders/xattrs", type, 0, 0, FILE, content.length));
      out.write(content);
      out.closeArchiveEntry();
    }
  }

  /** A record begins with its own length, in digits that count themselves. */
  private static byte[] record(String key, byte[] value) throws IOException {
    byte[] name = key.getBytes(StandardCharsets.UTF_8);
    int rest = 1 + name.length + 1 + value.length + 1;
    int length = rest + 1;
    while (Integer.toString(length).length() + rest != length) {
      length = Integer.toString(length).length() + rest;
    }
    ByteArrayOutputStream record = new ByteArrayOutputStream(length);
    record.write(Integer.toString(length).getBytes(StandardCharsets.US_ASCII));
    record.write(' ');
    record.write(name);
    record.write('=');
    record.write(value);
    record.write('\n');
    return record.toByteArray();
  }

  private static TarArchiveEntry entry(
      String path, byte type, int uid, int gid, int permissions, long size) {
    TarArchiveEntry entry = new TarArchiveEntry(path, type, true);
    entry.setUserName("");
    entry.setGroupName("");
    entry.setUserId(Integer.toUnsignedLong(uid));
    entry.setGroupId(Integer.toUnsignedLong(gid));
    entry.setMode(permissions);
    entry.setModTime(0);
    entry.setSize(size);
    return entry;
  }

  private void put(TarArchiveEntry entry) throws IOException {
    out.putArchiveEntry(entry);
    out.closeArchiveEntry();
  }

  /** Ends the archive; the target stays open. */
  public void finish() throws IOException {
    out.finish();
    out.flush();
  }
}
